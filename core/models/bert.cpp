// SPDX-License-Identifier: GPL-3.0-or-later
// BERT (Devlin et al., arXiv:1810.04805) as transformers' BertForMaskedLM: no pooler, no next-sentence head.
#include "core/models/bert.h"

#include "core/models/config_reader.h"

namespace fettle
{

Var Encoder::hidden(Tape& tape, const NetworkInput& input)
{
    std::vector<Lookup> lookups{m_words(input.ids)};
    if (m_types)
        lookups.push_back((*m_types)(input.types));
    lookups.push_back(m_places(input.positions));
    const Var x = m_norm(tape, embedding(tape, lookups));
    return runBlocks(tape, m_blocks, addDropout(tape, nullptr, x, m_dropout), input);
}

Bert::Bert(const Scope& scope, ConfigReader& config, const BertKind& kind)
{
    ModelFacts& facts = scope.facts();
    facts.vocabularySize = config.count("vocab_size", kind.vocabulary);
    facts.contextLength = config.count("max_position_embeddings", 512);
    facts.hiddenSize = config.count("hidden_size", 768);
    facts.layers = config.layers("num_hidden_layers", 12);
    facts.heads = config.count("num_attention_heads", 12);
    facts.tokenTypes = config.count("type_vocab_size", 2);
    scope.setRange(config.real("initializer_range", 0.02));
    config.require("position_embedding_type", "absolute");
    config.requireFlag("is_decoder", false);
    config.requireFlag("add_cross_attention", false);
    m_padding = config.tokenId("pad_token_id", kind.padding);
    m_dropout = config.probability("hidden_dropout_prob", 0.1);
    const double epsilon = config.real("layer_norm_eps", 1e-12);
    const Activation activation = config.activation("hidden_act", "gelu");
    Attention::Options attention{
        .in = {"self.query", "self.key", "self.value"}, .out = "output.dense", .dropout = m_dropout};
    const int64_t headDim = config.share("hidden_size", "num_attention_heads");
    attention.shape = AttentionShape::of(facts.heads, facts.heads, headDim, false);
    attention.shape.dropout = config.probability("attention_probs_dropout_prob", 0.1);
    const Mlp::Options mlp{.inner = config.count("intermediate_size", 3072),
                           .activation = activation,
                           .dropout = m_dropout,
                           .up = "intermediate.dense",
                           .down = "output.dense"};

    const Scope trunk = scope.trunk(kind.trunk), embeddings = trunk / "embeddings";
    const auto declarePlaces = [&] {
        m_places = {embeddings / "position_embeddings", facts.contextLength, facts.hiddenSize, Role::Positions,
                    kind.countsFromPadding ? m_padding : -1};
    };
    m_words = {embeddings / "word_embeddings", facts.vocabularySize, facts.hiddenSize, Role::Words, m_padding};
    if (!kind.countsFromPadding)
        declarePlaces();
    m_types = {embeddings / "token_type_embeddings", facts.tokenTypes, facts.hiddenSize, Role::TokenTypes};
    m_norm = {embeddings / "LayerNorm", facts.hiddenSize, epsilon, Role::EmbeddingNorm};
    if (kind.countsFromPadding) {
        declarePlaces();
        facts.contextLength = std::max<int64_t>(1, facts.contextLength - m_padding - 1);
    }
    for (int64_t i = 0; i < facts.layers; ++i) {
        const Scope at = trunk.layer("encoder.layer", i);
        m_blocks.push_back({{at / "attention", facts.hiddenSize, attention},
                            {at / "attention.output.LayerNorm", facts.hiddenSize, epsilon, Role::AttentionOutNorm},
                            {at, facts.hiddenSize, mlp},
                            {at / "output.LayerNorm", facts.hiddenSize, epsilon, Role::MlpOutNorm}});
    }
    m_head = {scope.head(kind.headName),
              m_words,
              {.transform = kind.transform,
               .norm = kind.norm,
               .decoder = "decoder",
               .isTied = config.flag("tie_word_embeddings", true),
               .activation = activation,
               .epsilon = epsilon}};
}

std::unique_ptr<Network> makeBert(const Scope& scope, ConfigReader& config)
{
    return std::make_unique<Bert>(scope, config);
}

} // namespace fettle
