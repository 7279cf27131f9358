// SPDX-License-Identifier: GPL-3.0-or-later
// BERT (Devlin et al., arXiv:1810.04805) as transformers' BertForMaskedLM: no pooler, no next-sentence head.
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

struct NormPair {
    Parameter weight, bias;
};

struct BertLayer {
    Matrix query, key, value, attentionOut, up, down;
    NormPair attentionNorm, outNorm;
};

class Bert final : public Network
{
public:
    explicit Bert(const Json& json)
    {
        ConfigReader config(json);
        m_facts.vocabulary = config.count("vocab_size", 30522);
        m_facts.context = config.count("max_position_embeddings", 512);
        m_facts.hidden = config.count("hidden_size", 768);
        m_facts.layers = config.layers("num_hidden_layers", 12);
        m_facts.heads = config.count("num_attention_heads", 12);
        m_facts.types = config.count("type_vocab_size", 2);
        m_inner = config.count("intermediate_size", 3072);
        m_activation = config.activation("hidden_act", "gelu");
        m_epsilon = config.real("layer_norm_eps", 1e-12);
        m_facts.initializerRange = config.real("initializer_range", 0.02);
        m_dropout = config.probability("hidden_dropout_prob", 0.1);
        m_tied = config.flag("tie_word_embeddings", true);
        m_padding = json.contains("pad_token_id") ? config.tokenId("pad_token_id") : 0;
        config.require("position_embedding_type", "absolute");
        config.requireFlag("is_decoder", false);
        config.requireFlag("add_cross_attention", false);
        m_shape.heads = m_shape.kvHeads = m_facts.heads;
        m_shape.headDim = config.share("hidden_size", "num_attention_heads");
        m_shape.causal = false;
        m_shape.scale = 1 / std::sqrt(double(m_shape.headDim));
        m_shape.dropout = config.probability("attention_probs_dropout_prob", 0.1);
        m_facts.kvWidth = m_facts.hidden;
        m_facts.layerFloats = 8 * m_facts.hidden + 2 * m_inner + m_facts.heads;
        m_facts.sizes = config.sizes();
    }

    const NetworkFacts& facts() const override { return m_facts; }
    const NetworkNames& names() const override
    {
        static const NetworkNames names{"bert.", "bert.encoder.layer.", "cls.", "num_hidden_layers"};
        return names;
    }

    void declare(Arena& arena) const override
    {
        const int64_t width = m_facts.hidden;
        arena.declare("bert.embeddings.word_embeddings.weight", {m_facts.vocabulary, width}, true);
        arena.declare("bert.embeddings.position_embeddings.weight", {m_facts.context, width}, true);
        arena.declare("bert.embeddings.token_type_embeddings.weight", {m_facts.types, width}, true);
        declareNorm(arena, "bert.embeddings.LayerNorm");
        for (int64_t i = 0; i < m_facts.layers; ++i) {
            for (const char* name :
                 {"attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"})
                declareMatrix(arena, at(i, name), width, width);
            declareNorm(arena, at(i, "attention.output.LayerNorm"));
            declareMatrix(arena, at(i, "intermediate.dense"), m_inner, width);
            declareMatrix(arena, at(i, "output.dense"), width, m_inner);
            declareNorm(arena, at(i, "output.LayerNorm"));
        }
        arena.declare("cls.predictions.bias", {m_facts.vocabulary}, false);
        declareMatrix(arena, "cls.predictions.transform.dense", width, width);
        declareNorm(arena, "cls.predictions.transform.LayerNorm");
        // The decoder's bias is the one that is added; untied, cls.predictions.bias stands by and learns nothing.
        if (m_tied) {
            arena.declareTied("cls.predictions.decoder.weight", "bert.embeddings.word_embeddings.weight");
            arena.declareTied("cls.predictions.decoder.bias", "cls.predictions.bias");
            return;
        }
        arena.declare("cls.predictions.decoder.weight", {m_facts.vocabulary, width}, true);
        arena.declare("cls.predictions.decoder.bias", {m_facts.vocabulary}, false);
    }

    void bind(const Arena& arena) override
    {
        const auto norm = [&](const std::string& name) {
            return NormPair{arena.parameter(name + ".weight"), arena.parameter(name + ".bias")};
        };
        const auto matrix = [&](const std::string& name) {
            return Matrix{arena.parameter(name + ".weight"), arena.parameter(name + ".bias"), false};
        };
        m_words = arena.parameter("bert.embeddings.word_embeddings.weight");
        m_places = arena.parameter("bert.embeddings.position_embeddings.weight");
        m_types = arena.parameter("bert.embeddings.token_type_embeddings.weight");
        m_embeddingNorm = norm("bert.embeddings.LayerNorm");
        for (int64_t i = 0; i < m_facts.layers; ++i)
            m_layers.push_back({matrix(at(i, "attention.self.query")), matrix(at(i, "attention.self.key")),
                                matrix(at(i, "attention.self.value")), matrix(at(i, "attention.output.dense")),
                                matrix(at(i, "intermediate.dense")), matrix(at(i, "output.dense")),
                                norm(at(i, "attention.output.LayerNorm")), norm(at(i, "output.LayerNorm"))});
        m_transform = matrix("cls.predictions.transform.dense");
        m_transformNorm = norm("cls.predictions.transform.LayerNorm");
        m_head = {arena.parameter("cls.predictions.decoder.weight"), arena.parameter("cls.predictions.decoder.bias")};
    }

    void initialize(const Arena& arena, at::Generator& generator) const override
    {
        Initializer draw(arena, generator, m_facts.initializerRange);
        const int64_t width = m_facts.hidden;
        draw.skipEmbedding(m_facts.vocabulary, width);
        draw.skipEmbedding(m_facts.context, width);
        draw.skipEmbedding(m_facts.types, width);
        for (int64_t i = 0; i < m_facts.layers; ++i) {
            for (int k = 0; k < 4; ++k)
                draw.skipLinear(width, width, true);
            draw.skipLinear(m_inner, width, true);
            draw.skipLinear(width, m_inner, true);
        }
        for (const Arena::Entry& entry : arena.entries())
            if (!entry.decays)
                draw.constant(entry.name, entry.name.ends_with(".weight") ? 1 : 0);
        draw.normal("bert.embeddings.word_embeddings.weight");
        draw.zeroRow("bert.embeddings.word_embeddings.weight", m_padding);
        draw.normal("bert.embeddings.position_embeddings.weight");
        draw.normal("bert.embeddings.token_type_embeddings.weight");
        for (int64_t i = 0; i < m_facts.layers; ++i)
            for (const char* name : {"attention.self.query", "attention.self.key", "attention.self.value",
                                     "attention.output.dense", "intermediate.dense", "output.dense"})
                draw.normal(at(i, name) + ".weight");
        draw.skipLinear(width, width, true);
        draw.skipLinear(m_facts.vocabulary, width, false);
        draw.normal("cls.predictions.transform.dense.weight");
        if (!m_tied)
            draw.normal("cls.predictions.decoder.weight");
    }

    Var hidden(Tape& tape, const NetworkInput& input) override
    {
        Var x = embedding(tape, {{m_words, input.ids, m_padding}, {m_types, input.types}, {m_places, input.positions}});
        x = addDropout(tape, nullptr, normalize(tape, x, m_embeddingNorm), m_dropout);
        for (const BertLayer& layer : m_layers) {
            const Var qkv = linear(tape, x, {layer.query, layer.key, layer.value});
            const Var mixed = attention(tape, qkv, input.sequences, m_shape);
            x = normalize(tape, addProjection(tape, x, mixed, layer.attentionOut), layer.attentionNorm);
            const Var wide = linear(tape, x, {{layer.up.weight, {}, false}});
            const Var active = activation(tape, wide, m_activation, layer.up.bias);
            x = normalize(tape, addProjection(tape, x, active, layer.down), layer.outNorm);
        }
        return x;
    }

    Var headInput(Tape& tape, const Var& rows) override
    {
        const Var dense = linear(tape, rows, {{m_transform.weight, {}, false}});
        return normalize(tape, activation(tape, dense, m_activation, m_transform.bias), m_transformNorm);
    }

    OutputHead head() const override { return m_head; }

private:
    static std::string at(int64_t layer, const char* name)
    {
        return fmt::format("bert.encoder.layer.{}.{}", layer, name);
    }
    void declareNorm(Arena& arena, const std::string& name) const
    {
        arena.declare(name + ".weight", {m_facts.hidden}, false);
        arena.declare(name + ".bias", {m_facts.hidden}, false);
    }
    static void declareMatrix(Arena& arena, const std::string& name, int64_t out, int64_t in)
    {
        arena.declare(name + ".weight", {out, in}, true);
        arena.declare(name + ".bias", {out}, false);
    }
    Var normalize(Tape& tape, const Var& x, const NormPair& norm) const
    {
        return layerNorm(tape, x, norm.weight, norm.bias, m_epsilon);
    }
    Var addProjection(Tape& tape, const Var& residual, const Var& x, const Matrix& matrix) const
    {
        return addDropout(tape, residual, linear(tape, x, {{matrix.weight, {}, false}}), m_dropout, matrix.bias);
    }

    NetworkFacts m_facts;
    int64_t m_inner = 0, m_padding = 0;
    Activation m_activation = Activation::Gelu;
    double m_epsilon = 0, m_dropout = 0;
    bool m_tied = true;
    AttentionShape m_shape;
    Parameter m_words, m_places, m_types;
    NormPair m_embeddingNorm, m_transformNorm;
    Matrix m_transform;
    OutputHead m_head;
    std::vector<BertLayer> m_layers;
};

} // namespace

std::unique_ptr<Network> makeBert(const Json& config)
{
    return std::make_unique<Bert>(config);
}

} // namespace fettle
