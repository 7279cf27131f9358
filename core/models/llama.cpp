// SPDX-License-Identifier: GPL-3.0-or-later
// LLaMA (Touvron et al., arXiv:2302.13971, 2307.09288) as transformers' LlamaForCausalLM.
#include "core/base/error.h"
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

struct LlamaLayer {
    Parameter inputNorm, afterNorm;
    Matrix query, key, value, attentionOut, gate, up, down;
};

class Llama final : public Network
{
public:
    explicit Llama(const Json& json)
    {
        ConfigReader config(json);
        m_facts.vocabulary = config.count("vocab_size", 32000);
        m_facts.context = config.count("max_position_embeddings", 2048);
        m_facts.hidden = config.count("hidden_size", 4096);
        m_facts.layers = config.layers("num_hidden_layers", 32);
        m_facts.heads = config.count("num_attention_heads", 32);
        m_facts.anyPosition = true;
        m_inner = config.count("intermediate_size", 11008);
        m_epsilon = config.real("rms_norm_eps", 1e-6);
        m_facts.initializerRange = config.real("initializer_range", 0.02);
        m_theta = config.ropeTheta();
        m_tied = config.flag("tie_word_embeddings", false);
        m_attentionBias = config.flag("attention_bias", false);
        m_mlpBias = config.flag("mlp_bias", false);
        m_padding = config.tokenId("pad_token_id");
        if (config.activation("hidden_act", "silu") != Activation::Silu)
            config.require("hidden_act", "silu");
        m_shape.heads = m_facts.heads;
        m_shape.kvHeads = config.count("num_key_value_heads", m_facts.heads);
        config.share("num_attention_heads", "num_key_value_heads");
        m_shape.headDim = json.contains("head_dim") && !json["head_dim"].is_null()
                              ? config.count("head_dim")
                              : config.share("hidden_size", "num_attention_heads");
        if (m_shape.headDim % 2 != 0)
            throw badInput(fmt::format("config.json: heads of width {} have no halves to rotate.", m_shape.headDim), {},
                           "model");
        m_shape.scale = 1 / std::sqrt(double(m_shape.headDim));
        m_shape.dropout = config.probability("attention_dropout", 0);
        m_facts.kvWidth = m_shape.kvHeads * m_shape.headDim;
        m_facts.layerFloats = 4 * m_facts.hidden + m_shape.width() + m_shape.heads * m_shape.headDim + 3 * m_inner;
        m_facts.sizes = config.sizes();
    }

    const NetworkFacts& facts() const override { return m_facts; }
    const NetworkNames& names() const override
    {
        static const NetworkNames names{"model.", "model.layers.", "lm_head.", "num_hidden_layers"};
        return names;
    }

    void declare(Arena& arena) const override
    {
        const int64_t width = m_facts.hidden, queries = m_shape.heads * m_shape.headDim;
        arena.declare("model.embed_tokens.weight", {m_facts.vocabulary, width}, true);
        for (int64_t i = 0; i < m_facts.layers; ++i) {
            declareMatrix(arena, at(i, "self_attn.q_proj"), queries, width, m_attentionBias);
            declareMatrix(arena, at(i, "self_attn.k_proj"), m_facts.kvWidth, width, m_attentionBias);
            declareMatrix(arena, at(i, "self_attn.v_proj"), m_facts.kvWidth, width, m_attentionBias);
            declareMatrix(arena, at(i, "self_attn.o_proj"), width, queries, m_attentionBias);
            declareMatrix(arena, at(i, "mlp.gate_proj"), m_inner, width, m_mlpBias);
            declareMatrix(arena, at(i, "mlp.up_proj"), m_inner, width, m_mlpBias);
            declareMatrix(arena, at(i, "mlp.down_proj"), width, m_inner, m_mlpBias);
            arena.declare(at(i, "input_layernorm.weight"), {width}, false);
            arena.declare(at(i, "post_attention_layernorm.weight"), {width}, false);
        }
        arena.declare("model.norm.weight", {width}, false);
        if (m_tied)
            arena.declareTied("lm_head.weight", "model.embed_tokens.weight");
        else
            arena.declare("lm_head.weight", {m_facts.vocabulary, width}, true);
    }

    void bind(const Arena& arena) override
    {
        const auto matrix = [&](const std::string& name) {
            return Matrix{arena.parameter(name + ".weight"),
                          arena.find(name + ".bias") ? arena.parameter(name + ".bias") : Parameter(), false};
        };
        m_words = arena.parameter("model.embed_tokens.weight");
        m_norm = arena.parameter("model.norm.weight");
        m_head = arena.parameter("lm_head.weight");
        for (int64_t i = 0; i < m_facts.layers; ++i)
            m_layers.push_back({arena.parameter(at(i, "input_layernorm.weight")),
                                arena.parameter(at(i, "post_attention_layernorm.weight")),
                                matrix(at(i, "self_attn.q_proj")), matrix(at(i, "self_attn.k_proj")),
                                matrix(at(i, "self_attn.v_proj")), matrix(at(i, "self_attn.o_proj")),
                                matrix(at(i, "mlp.gate_proj")), matrix(at(i, "mlp.up_proj")),
                                matrix(at(i, "mlp.down_proj"))});
    }

    void initialize(const Arena& arena, at::Generator& generator) const override
    {
        Initializer draw(arena, generator, m_facts.initializerRange);
        draw.skipEmbedding(m_facts.vocabulary, m_facts.hidden);
        const auto forMatrices = [&](const auto& visit) {
            for (const Arena::Entry& entry : arena.entries())
                if (entry.name.ends_with("_proj.weight"))
                    visit(entry);
        };
        forMatrices([&](const Arena::Entry& entry) {
            const bool bias = arena.find(entry.name.substr(0, entry.name.size() - 6) + "bias") != nullptr;
            draw.skipLinear(entry.shape[0], entry.shape[1], bias);
        });
        for (const Arena::Entry& entry : arena.entries())
            if (!entry.decays)
                draw.constant(entry.name, entry.name.ends_with(".bias") ? 0 : 1);
        draw.normal("model.embed_tokens.weight");
        draw.zeroRow("model.embed_tokens.weight", m_padding);
        forMatrices([&](const Arena::Entry& entry) { draw.normal(entry.name); });
        if (m_tied)
            return;
        draw.skipLinear(m_facts.vocabulary, m_facts.hidden, false);
        draw.normal("lm_head.weight");
    }

    Var hidden(Tape& tape, const NetworkInput& input) override
    {
        const RotaryTable& table = rotaryFor(tape, input.lastPosition);
        Var x = embedding(tape, {{m_words, input.ids, m_padding}});
        for (size_t i = 0; i < m_layers.size(); ++i) {
            const LlamaLayer& layer = m_layers[i];
            const Var normal = rmsNorm(tape, x, layer.inputNorm, m_epsilon);
            const Var qkv = rotary(tape, linear(tape, normal, {layer.query, layer.key, layer.value}), input.positions,
                                   m_shape, table);
            const Var mixed = input.cache ? attendCached(tape, qkv, (*input.cache)[i], input.cached, m_shape)
                                          : attention(tape, qkv, input.sequences, m_shape);
            x = addDropout(tape, x, linear(tape, mixed, {layer.attentionOut}), 0);
            const Var normal2 = rmsNorm(tape, x, layer.afterNorm, m_epsilon);
            const Var wide = linear(tape, normal2, {layer.gate, layer.up});
            x = addDropout(tape, x, linear(tape, swiglu(tape, wide), {layer.down}), 0);
        }
        return x;
    }

    Var headInput(Tape& tape, const Var& rows) override { return rmsNorm(tape, rows, m_norm, m_epsilon); }

    OutputHead head() const override { return {m_head, {}}; }

private:
    static std::string at(int64_t layer, const char* name) { return fmt::format("model.layers.{}.{}", layer, name); }
    static void declareMatrix(Arena& arena, const std::string& name, int64_t out, int64_t in, bool bias)
    {
        arena.declare(name + ".weight", {out, in}, true);
        if (bias)
            arena.declare(name + ".bias", {out}, false);
    }

    // Cosines and sines for the positions met so far; grows by doubling.
    const RotaryTable& rotaryFor(Tape& tape, int64_t lastPosition)
    {
        if (!m_table.cosine.defined() || m_table.cosine.size(0) <= lastPosition) {
            int64_t positions = std::min<int64_t>(m_facts.context, 256);
            while (positions <= lastPosition)
                positions *= 2;
            m_table = rotaryTable(positions, m_shape.headDim, m_theta, tape.options());
        }
        return m_table;
    }

    NetworkFacts m_facts;
    int64_t m_inner = 0, m_padding = -1;
    double m_epsilon = 0, m_theta = 0;
    bool m_tied = false, m_attentionBias = false, m_mlpBias = false;
    AttentionShape m_shape;
    Parameter m_words, m_norm, m_head;
    RotaryTable m_table;
    std::vector<LlamaLayer> m_layers;
};

} // namespace

std::unique_ptr<Network> makeLlama(const Json& config)
{
    return std::make_unique<Llama>(config);
}

} // namespace fettle
