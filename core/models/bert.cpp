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
    const Var x = addDropout(tape, nullptr, m_norm(tape, embedding(tape, lookups)), m_dropout);
    return runBlocks(tape, m_blocks, m_project ? (*m_project)(tape, x) : x, input);
}

Bert::Bert(const Scope& scope, ConfigReader& config, const BertKind& kind)
{
    ModelFacts& facts = scope.facts();
    facts.vocabularySize = config.count("vocab_size", kind.vocabulary);
    facts.contextLength = config.count("max_position_embeddings", 512);
    facts.hiddenSize = config.count("hidden_size", kind.hidden);
    facts.layers = config.layers("num_hidden_layers", 12);
    facts.heads = config.count("num_attention_heads", kind.heads);
    facts.tokenTypes = config.count("type_vocab_size", 2);
    scope.setRange(config.real("initializer_range", 0.02));
    config.require("position_embedding_type", "absolute");
    config.requireFlag("is_decoder", false);
    config.requireFlag("add_cross_attention", false);
    m_padding = config.tokenId("pad_token_id", kind.padding);
    m_dropout = config.probability("hidden_dropout_prob", kind.dropout);
    const double epsilon = config.real("layer_norm_eps", 1e-12);
    const Activation activation = config.activation("hidden_act", kind.activation);
    Attention::Options attention{.in = kind.attentionIn, .out = kind.attentionOut, .dropout = m_dropout};
    const int64_t headDim = config.share("hidden_size", "num_attention_heads");
    attention.shape = AttentionShape::of(facts.heads, facts.heads, headDim, false);
    attention.shape.dropout = config.probability("attention_probs_dropout_prob", kind.dropout);
    const Mlp::Options mlp{.inner = config.count("intermediate_size", kind.inner),
                           .activation = activation,
                           .dropout = m_dropout,
                           .up = kind.up,
                           .down = kind.down};
    const int64_t width = kind.embedding > 0 ? config.count("embedding_size", kind.embedding) : facts.hiddenSize;

    const Scope trunk = scope.trunk(kind.trunk), embeddings = trunk / "embeddings";
    const auto declarePlaces = [&] {
        m_places = {embeddings / "position_embeddings", facts.contextLength, width, Role::Positions,
                    kind.countsFromPadding ? m_padding : -1};
    };
    m_words = {embeddings / "word_embeddings", facts.vocabularySize, width, Role::Words, m_padding};
    if (!kind.countsFromPadding)
        declarePlaces();
    m_types = {embeddings / "token_type_embeddings", facts.tokenTypes, width, Role::TokenTypes};
    m_norm = {embeddings / "LayerNorm", width, epsilon, Role::EmbeddingNorm};
    if (kind.countsFromPadding) {
        declarePlaces();
        facts.contextLength = std::max<int64_t>(1, facts.contextLength - m_padding - 1);
    }
    if (width != facts.hiddenSize || kind.alwaysProjects)
        m_project.emplace(trunk / kind.project, width, facts.hiddenSize, Role::WordsProjection);
    const auto make = [&](const Scope& at) {
        const auto norm = [&](std::string_view name, Role role) {
            return LayerNorm(at / name, facts.hiddenSize, epsilon, role);
        };
        EncoderBlock block;
        if (kind.lastIsMadeFirst)
            block.last = norm(kind.last, Role::MlpOutNorm);
        block.attention = {at / "attention", facts.hiddenSize, attention};
        block.after = norm(kind.afterAttention, Role::AttentionOutNorm);
        block.mlp = {at, facts.hiddenSize, mlp};
        if (!kind.lastIsMadeFirst)
            block.last = norm(kind.last, Role::MlpOutNorm);
        return block;
    };
    if (kind.blocks)
        m_blocks = kind.blocks(trunk, make);
    else
        for (int64_t i = 0; i < facts.layers; ++i)
            m_blocks.push_back(make(trunk.layer("encoder.layer", i)));
    m_head = {scope.head(kind.headName),
              m_words,
              {.transform = kind.transform,
               .norm = kind.norm,
               .decoder = kind.decoder,
               .hasOwnBias = kind.hasOwnBias,
               .normIsMadeFirst = kind.headNormIsMadeFirst,
               .drawsBias = kind.headDrawsBias,
               .isTied = config.flag("tie_word_embeddings", true),
               .activation = kind.headIsGelu ? Activation::Gelu : activation,
               .epsilon = epsilon}};
    if (kind.headComesFirst)
        scope.headWasFirst();
}

std::unique_ptr<Network> makeBert(const Scope& scope, ConfigReader& config)
{
    // Before version 5 transformers made this decoder without a bias: a seed's weights stay what they were.
    return std::make_unique<Bert>(scope, config, BertKind{.headDrawsBias = false});
}

} // namespace fettle
