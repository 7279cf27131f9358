// SPDX-License-Identifier: GPL-3.0-or-later
// ModernBERT (Warner et al., arXiv:2412.13663) as transformers' ModernBertForMaskedLM: norms before attention and MLP,
// rotary positions, a gated MLP, and layers that see a window on both sides between those that see everything.
#include "core/models/config_reader.h"
#include "core/models/modules.h"

#include <cmath>

namespace fettle
{

namespace
{

struct ModernBlock {
    std::optional<LayerNorm> norm; ///< none in the first layer, behind the embeddings' norm
    Attention attention;
    LayerNorm second;
    GatedMlp mlp;

    Var operator()(Tape& tape, const Var& x, const NetworkInput& input, size_t layer) const
    {
        const Var y = attention(tape, norm ? (*norm)(tape, x) : x, input, layer, x);
        return mlp(tape, second(tape, y), y);
    }
};

/// transformers draws its weights twice, the second time cut off and, where they write into the residual, narrower.
struct ModernDraws {
    double out = 1, cutoff = 2;

    ModernDraws(const ConfigReader& config, int64_t layers)
        : out(1 / std::sqrt(2.0 * static_cast<double>(layers))),
          cutoff(config.isNull("initializer_cutoff_factor") ? 3 : config.real("initializer_cutoff_factor", 2))
    {
        if (!(cutoff >= 0.4)) // torch draws in another way there
            ConfigReader::refuse("initializer_cutoff_factor", std::to_string(cutoff));
    }
    void redraw(const Scope& scope, std::string_view in, std::string_view last) const
    {
        scope.redraw(in, 1, cutoff);
        scope.redraw(last, out, cutoff);
    }
};

class ModernBert final : public Network
{
public:
    ModernBert(const Scope& scope, ConfigReader& config)
    {
        ModelFacts& facts = scope.facts();
        facts.vocabularySize = config.count("vocab_size", 50368);
        facts.contextLength = config.count("max_position_embeddings", 8192);
        facts.hiddenSize = config.count("hidden_size", 768);
        facts.layers = config.layers("num_hidden_layers", 22);
        facts.heads = config.count("num_attention_heads", 12);
        facts.anyPosition = true;
        scope.setRange(config.real("initializer_range", 0.02));
        m_epsilon = config.real("norm_eps", 1e-5);
        m_hasNormBias = config.flag("norm_bias", false);
        m_dropout = config.probability("embedding_dropout", 0);
        const ModernDraws draws(config, facts.layers);

        const Scope trunk = scope.trunk("model"), embeddings = trunk / "embeddings";
        m_words = {embeddings / "tok_embeddings", facts.vocabularySize, facts.hiddenSize, Role::Words,
                   config.tokenId("pad_token_id", 50283)};
        m_norm = norm(embeddings / "norm", Role::EmbeddingNorm);
        embeddings.redraw("tok_embeddings", 1, draws.cutoff);
        declareBlocks(trunk, config, draws);
        m_last = norm(trunk / "final_norm", Role::OutputNorm);

        const Scope head = scope.head("");
        const LinearKind dense{
            .hasBias = config.flag("classifier_bias", false), .drawFactor = draws.out, .drawCutoff = draws.cutoff};
        const bool isTied = config.flag("tie_word_embeddings", true);
        m_head = {head,
                  m_words,
                  {.transform = "head.dense",
                   .norm = "head.norm",
                   .decoder = "decoder",
                   .transformKind = dense,
                   .hasOwnBias = false,
                   .hasBias = config.flag("decoder_bias", true),
                   .hasNormBias = m_hasNormBias,
                   .isTied = isTied,
                   .activation = config.activation("classifier_activation", "gelu"),
                   .epsilon = m_epsilon}};
        if (!isTied)
            head.redraw("decoder", draws.out, draws.cutoff);
    }

    Var hidden(Tape& tape, const NetworkInput& input) override
    {
        const Var words = m_norm(tape, embedding(tape, {m_words(input.ids)}));
        return runBlocks(tape, m_blocks, addDropout(tape, nullptr, words, m_dropout), input);
    }
    Var top(Tape& tape, const Var& rows) override { return m_head(tape, m_last(tape, rows)); }
    OutputHead head() const override { return m_head.output(); }

private:
    LayerNorm norm(const Scope& scope, Role role) const
    {
        return {scope, scope.facts().hiddenSize, m_epsilon, role, m_hasNormBias};
    }

    void declareBlocks(const Scope& trunk, ConfigReader& config, const ModernDraws& draws)
    {
        const ModelFacts& facts = trunk.facts();
        const LinearKind kind{.hasBias = config.flag("attention_bias", false)};
        Attention::Options attention{.in = {"Wqkv"}, .out = "Wo", .inKind = kind, .outKind = kind};
        const int64_t headDim = config.share("hidden_size", "num_attention_heads");
        attention.shape = AttentionShape::of(facts.heads, facts.heads, headDim, false);
        attention.dropout = attention.shape.dropout = config.probability("attention_dropout", 0);
        const GatedMlp::Options mlp{.inner = config.count("intermediate_size", 1152),
                                    .activation = config.activation("hidden_activation", "gelu"),
                                    .innerDropout = config.probability("mlp_dropout", 0),
                                    .in = {"Wi"},
                                    .down = "Wo",
                                    .kind = {.hasBias = config.flag("mlp_bias", false)}};
        const auto rotary = [&](const RotaryKeys& keys) {
            return std::make_shared<Rotary>(RotarySettings::read(config, keys, headDim, facts.contextLength));
        };
        const auto far = rotary({.theta = 160000, .thetaKey = "global_rope_theta", .layerType = "full_attention"});
        const auto near = rotary({.theta = 10000, .thetaKey = "local_rope_theta", .layerType = "sliding_attention"});
        const int64_t pattern = config.count("global_attn_every_n_layers", 3);
        const int64_t window = config.count("local_attention", 128) / 2 + 1; // itself and so many on either side
        for (int64_t i = 0; i < facts.layers; ++i) {
            const Scope at = trunk.layer("layers", i);
            const bool slides = config.slidingLayer(i, i % pattern != 0);
            attention.shape.window = slides ? window : 0;
            attention.rotary = slides ? near : far;
            ModernBlock& block = m_blocks.emplace_back();
            if (i > 0)
                block.norm = norm(at / "attn_norm", Role::AttentionNorm);
            block.attention = {at / "attn", facts.hiddenSize, attention};
            draws.redraw(at / "attn", "Wqkv", "Wo");
            block.second = norm(at / "mlp_norm", Role::MlpNorm);
            block.mlp = {at / "mlp", facts.hiddenSize, mlp};
            draws.redraw(at / "mlp", "Wi", "Wo");
        }
    }

    double m_epsilon = 1e-5, m_dropout = 0;
    bool m_hasNormBias = false;
    Embedding m_words;
    LayerNorm m_norm, m_last; ///< of the embeddings, of the last layer
    std::vector<ModernBlock> m_blocks;
    MaskedHead m_head;
};

} // namespace

std::unique_ptr<Network> makeModernBert(const Scope& scope, ConfigReader& config)
{
    return std::make_unique<ModernBert>(scope, config);
}

} // namespace fettle
