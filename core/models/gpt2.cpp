// SPDX-License-Identifier: GPL-3.0-or-later
// GPT-2 (Radford et al., 2019) as transformers' GPT2LMHeadModel.
#include "core/models/config_reader.h"
#include "core/models/initializer.h"
#include "core/models/network.h"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

struct Gpt2Layer {
    Parameter ln1Weight, ln1Bias, ln2Weight, ln2Bias;
    Matrix attention, attentionOut, up, down;
    AttentionShape shape;
};

class Gpt2 final : public Network
{
public:
    explicit Gpt2(const Json& json)
    {
        ConfigReader config(json);
        m_facts.vocabulary = config.count("vocab_size", 50257);
        m_facts.context = config.count(json.contains("n_positions") ? "n_positions" : "n_ctx", 1024);
        m_facts.hidden = config.count("n_embd", 768);
        m_facts.layers = config.layers("n_layer", 12);
        m_facts.heads = config.count("n_head", 12);
        m_inner = config.count("n_inner", 4 * m_facts.hidden);
        m_activation = config.activation("activation_function", "gelu_new");
        m_epsilon = config.real("layer_norm_epsilon", 1e-5);
        m_facts.initializerRange = config.real("initializer_range", 0.02);
        m_residualDropout = config.probability("resid_pdrop", 0.1);
        m_embeddingDropout = config.probability("embd_pdrop", 0.1);
        m_tied = config.flag("tie_word_embeddings", true);
        config.requireFlag("add_cross_attention", false);
        m_shape.heads = m_shape.kvHeads = m_facts.heads;
        m_shape.headDim = config.share("n_embd", "n_head");
        m_shape.dropout = config.probability("attn_pdrop", 0.1);
        m_shape.scale = config.flag("scale_attn_weights", true) ? 1 / std::sqrt(double(m_shape.headDim)) : 1;
        m_scaleByLayer = config.flag("scale_attn_by_inverse_layer_idx", false);
        m_facts.kvWidth = m_facts.hidden;
        m_facts.layerFloats = 8 * m_facts.hidden + 2 * m_inner + m_facts.heads;
        m_facts.sizes = config.sizes();
    }

    const NetworkFacts& facts() const override { return m_facts; }
    const NetworkNames& names() const override
    {
        static const NetworkNames names{"transformer.", "transformer.h.", "lm_head.", "n_layer"};
        return names;
    }

    void declare(Arena& arena) const override
    {
        const int64_t width = m_facts.hidden;
        arena.declare("transformer.wte.weight", {m_facts.vocabulary, width}, true);
        arena.declare("transformer.wpe.weight", {m_facts.context, width}, true);
        for (int64_t i = 0; i < m_facts.layers; ++i) {
            declareNorm(arena, at(i, "ln_1"));
            declareMatrix(arena, at(i, "attn.c_attn"), width, 3 * width);
            declareMatrix(arena, at(i, "attn.c_proj"), width, width);
            declareNorm(arena, at(i, "ln_2"));
            declareMatrix(arena, at(i, "mlp.c_fc"), width, m_inner);
            declareMatrix(arena, at(i, "mlp.c_proj"), m_inner, width);
        }
        declareNorm(arena, "transformer.ln_f");
        if (m_tied)
            arena.declareTied("lm_head.weight", "transformer.wte.weight");
        else
            arena.declare("lm_head.weight", {m_facts.vocabulary, width}, true);
    }

    void bind(const Arena& arena) override
    {
        const auto matrix = [&](const std::string& name) {
            return Matrix{arena.parameter(name + ".weight"), arena.parameter(name + ".bias"), true};
        };
        m_words = arena.parameter("transformer.wte.weight");
        m_places = arena.parameter("transformer.wpe.weight");
        m_normWeight = arena.parameter("transformer.ln_f.weight");
        m_normBias = arena.parameter("transformer.ln_f.bias");
        m_head = arena.parameter("lm_head.weight");
        for (int64_t i = 0; i < m_facts.layers; ++i) {
            Gpt2Layer layer{arena.parameter(at(i, "ln_1.weight")),
                            arena.parameter(at(i, "ln_1.bias")),
                            arena.parameter(at(i, "ln_2.weight")),
                            arena.parameter(at(i, "ln_2.bias")),
                            matrix(at(i, "attn.c_attn")),
                            matrix(at(i, "attn.c_proj")),
                            matrix(at(i, "mlp.c_fc")),
                            matrix(at(i, "mlp.c_proj")),
                            m_shape};
            if (m_scaleByLayer)
                layer.shape.scale /= static_cast<double>(i + 1);
            m_layers.push_back(std::move(layer));
        }
    }

    void initialize(const Arena& arena, at::Generator& generator) const override
    {
        const int64_t width = m_facts.hidden;
        Initializer draw(arena, generator, m_facts.initializerRange);
        draw.skipEmbedding(m_facts.vocabulary, width);
        draw.skipEmbedding(m_facts.context, width);
        for (int64_t i = 0; i < m_facts.layers; ++i)
            for (const char* name : {"attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"})
                draw.conv(at(i, name));
        visit(draw, arena);
        if (m_tied)
            return;
        draw.skipLinear(m_facts.vocabulary, width, false);
        draw.normal("lm_head.weight");
    }

    Var hidden(Tape& tape, const NetworkInput& input) override
    {
        Var x = embedding(tape, {{m_words, input.ids}, {m_places, input.positions}});
        x = addDropout(tape, nullptr, x, m_embeddingDropout);
        for (size_t i = 0; i < m_layers.size(); ++i) {
            const Gpt2Layer& layer = m_layers[i];
            const Var normal = layerNorm(tape, x, layer.ln1Weight, layer.ln1Bias, m_epsilon);
            const Var qkv = linear(tape, normal, {layer.attention});
            const Var mixed = input.cache ? attendCached(tape, qkv, (*input.cache)[i], input.cached, layer.shape)
                                          : attention(tape, qkv, input.sequences, layer.shape);
            x = addProjection(tape, x, mixed, layer.attentionOut);
            const Var normal2 = layerNorm(tape, x, layer.ln2Weight, layer.ln2Bias, m_epsilon);
            const Var wide = linear(tape, normal2, {{layer.up.weight, {}, true}});
            x = addProjection(tape, x, activation(tape, wide, m_activation, layer.up.bias), layer.down);
        }
        return x;
    }

    Var headInput(Tape& tape, const Var& rows) override
    {
        return layerNorm(tape, rows, m_normWeight, m_normBias, m_epsilon);
    }

    OutputHead head() const override { return {m_head, {}}; }

private:
    static std::string at(int64_t layer, const char* name) { return fmt::format("transformer.h.{}.{}", layer, name); }
    void declareNorm(Arena& arena, const std::string& name) const
    {
        arena.declare(name + ".weight", {m_facts.hidden}, false);
        arena.declare(name + ".bias", {m_facts.hidden}, false);
    }
    static void declareMatrix(Arena& arena, const std::string& name, int64_t in, int64_t out)
    {
        arena.declare(name + ".weight", {in, out}, true);
        arena.declare(name + ".bias", {out}, false);
    }

    // The bias goes with the residual sum: one pass over memory less.
    Var addProjection(Tape& tape, const Var& residual, const Var& x, const Matrix& matrix) const
    {
        const Var projected = linear(tape, x, {{matrix.weight, {}, true}});
        return addDropout(tape, residual, projected, m_residualDropout, matrix.bias);
    }

    // _init_weights over all modules, children first; c_proj is drawn again by the module that holds it.
    void visit(Initializer& draw, const Arena& arena) const
    {
        const double shrink = 1 / std::sqrt(2.0 * static_cast<double>(m_facts.layers));
        for (const Arena::Entry& entry : arena.entries())
            if (!entry.decays)
                draw.constant(entry.name, entry.name.ends_with(".weight") ? 1 : 0);
        draw.normal("transformer.wte.weight");
        draw.normal("transformer.wpe.weight");
        for (int64_t i = 0; i < m_facts.layers; ++i) {
            draw.normal(at(i, "attn.c_attn.weight"));
            draw.normal(at(i, "attn.c_proj.weight"));
            draw.normal(at(i, "attn.c_proj.weight"), shrink);
            draw.normal(at(i, "mlp.c_fc.weight"));
            draw.normal(at(i, "mlp.c_proj.weight"));
            draw.normal(at(i, "mlp.c_proj.weight"), shrink);
        }
    }

    NetworkFacts m_facts;
    int64_t m_inner = 0;
    Activation m_activation = Activation::GeluNew;
    double m_epsilon = 0, m_residualDropout = 0, m_embeddingDropout = 0;
    bool m_tied = true, m_scaleByLayer = false;
    AttentionShape m_shape;
    Parameter m_words, m_places, m_normWeight, m_normBias, m_head;
    std::vector<Gpt2Layer> m_layers;
};

} // namespace

std::unique_ptr<Network> makeGpt2(const Json& config)
{
    return std::make_unique<Gpt2>(config);
}

} // namespace fettle
