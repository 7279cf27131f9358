// SPDX-License-Identifier: GPL-3.0-or-later
// DistilBERT (Sanh et al., arXiv:1910.01108) as transformers' DistilBertForMaskedLM: BERT with half the layers, no
// token types, no dropout after attention.
#include "core/models/bert.h"
#include "core/models/config_reader.h"

namespace fettle
{

namespace
{

class DistilBert final : public Encoder
{
public:
    DistilBert(const Scope& scope, ConfigReader& config)
    {
        constexpr double epsilon = 1e-12;
        ModelFacts& facts = scope.facts();
        facts.vocabularySize = config.count("vocab_size", 30522);
        facts.contextLength = config.count("max_position_embeddings", 512);
        facts.hiddenSize = config.count("dim", 768);
        facts.layers = config.layers("n_layers", 6);
        facts.heads = config.count("n_heads", 12);
        scope.setRange(config.real("initializer_range", 0.02));
        m_dropout = config.probability("dropout", 0.1);
        const Activation activation = config.activation("activation", "gelu");
        Attention::Options attention{.in = {"q_lin", "k_lin", "v_lin"}, .out = "out_lin"};
        attention.shape = AttentionShape::of(facts.heads, facts.heads, config.share("dim", "n_heads"), false);
        attention.shape.dropout = config.probability("attention_dropout", 0.1);
        const Mlp::Options mlp{.inner = config.count("hidden_dim", 3072),
                               .activation = activation,
                               .dropout = m_dropout,
                               .up = "lin1",
                               .down = "lin2"};

        const Scope trunk = scope.trunk("distilbert"), embeddings = trunk / "embeddings";
        m_words = {embeddings / "word_embeddings", facts.vocabularySize, facts.hiddenSize, Role::Words,
                   config.tokenId("pad_token_id", 0)};
        m_places = {embeddings / "position_embeddings", facts.contextLength, facts.hiddenSize, Role::Positions};
        if (config.flag("sinusoidal_pos_embds", false)) // learnt from there on all the same
            embeddings.beginAsSinusoids(m_places.table());
        m_norm = {embeddings / "LayerNorm", facts.hiddenSize, epsilon, Role::EmbeddingNorm};
        for (int64_t i = 0; i < facts.layers; ++i) {
            const Scope at = trunk.layer("transformer.layer", i);
            m_blocks.push_back({{at / "attention", facts.hiddenSize, attention},
                                {at / "sa_layer_norm", facts.hiddenSize, epsilon, Role::AttentionOutNorm},
                                {at / "ffn", facts.hiddenSize, mlp},
                                {at / "output_layer_norm", facts.hiddenSize, epsilon, Role::MlpOutNorm}});
        }
        m_head = {scope.head(""),
                  m_words,
                  {.transform = "vocab_transform",
                   .norm = "vocab_layer_norm",
                   .decoder = "vocab_projector",
                   .hasOwnBias = false,
                   .isTied = config.flag("tie_word_embeddings", true),
                   .activation = activation,
                   .epsilon = epsilon}};
    }
};

} // namespace

std::unique_ptr<Network> makeDistilBert(const Scope& scope, ConfigReader& config)
{
    return std::make_unique<DistilBert>(scope, config);
}

} // namespace fettle
