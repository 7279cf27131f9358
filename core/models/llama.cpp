// SPDX-License-Identifier: GPL-3.0-or-later
// LLaMA (Touvron et al., arXiv:2302.13971, 2307.09288) as transformers' LlamaForCausalLM, and its kin.
#include "core/models/llama.h"

#include "core/base/error.h"
#include "core/models/config_reader.h"
#include "core/models/modules.h"

#include <fmt/format.h>

namespace fettle
{

namespace
{

struct LlamaBlock {
    Attention attention;
    GatedMlp mlp;
    RmsNorm before, between;

    Var operator()(Tape& tape, const Var& x, const NetworkInput& input, size_t layer) const
    {
        const Var y = attention(tape, before(tape, x), input, layer, x);
        return mlp(tape, between(tape, y), y);
    }
};

class Llama final : public Network
{
public:
    Llama(const Scope& scope, ConfigReader& config, const LlamaKind& kind)
    {
        ModelFacts& facts = scope.facts();
        facts.vocabularySize = config.count("vocab_size", kind.vocabulary);
        facts.contextLength = config.count("max_position_embeddings", kind.context);
        facts.hiddenSize = config.count("hidden_size", 4096);
        facts.layers = config.layers("num_hidden_layers", 32);
        facts.heads = config.count("num_attention_heads", 32);
        facts.anyPosition = !kind.window;
        if (kind.window) // no sequence is longer, so no token is ever out of sight
            facts.contextLength = std::min(facts.contextLength, *kind.window);
        scope.setRange(config.real("initializer_range", 0.02));
        const double epsilon = config.real("rms_norm_eps", 1e-6);
        const LinearKind in{.hasBias = kind.isFixedBias || config.flag("attention_bias", false)};
        const LinearKind out{.hasBias = !kind.isFixedBias && in.hasBias};
        const LinearKind mlp{.hasBias = !kind.isFixedBias && config.flag("mlp_bias", false)};
        if (config.activation("hidden_act", "silu") != Activation::Silu)
            config.require("hidden_act", "silu");
        Attention::Options attention{
            .in = {"q_proj", "k_proj", "v_proj"}, .out = "o_proj", .inKind = in, .outKind = out};
        const bool asManyKeys = kind.keyValueHeads == 0 || config.isNull("num_key_value_heads");
        const int64_t keyHeads = config.count("num_key_value_heads", asManyKeys ? facts.heads : kind.keyValueHeads);
        config.share("num_attention_heads", "num_key_value_heads");
        const int64_t headDim =
            config.has("head_dim") ? config.count("head_dim") : config.share("hidden_size", "num_attention_heads");
        if (headDim % 2 != 0)
            throw badInput(fmt::format("config.json: heads of width {} have no halves to rotate.", headDim), {},
                           "model");
        attention.shape = AttentionShape::of(facts.heads, keyHeads, headDim, true);
        attention.shape.dropout = config.probability("attention_dropout", 0);
        attention.rotary = std::make_shared<Rotary>(headDim, config.ropeTheta());
        const int64_t inner = config.count("intermediate_size", kind.inner);

        const Scope trunk = scope.trunk("model");
        m_words = {trunk / "embed_tokens", facts.vocabularySize, facts.hiddenSize, Role::Words,
                   config.tokenId("pad_token_id")};
        for (int64_t i = 0; i < facts.layers; ++i) {
            const Scope at = trunk.layer("layers", i);
            m_blocks.push_back({{at / "self_attn", facts.hiddenSize, attention},
                                {at / "mlp", facts.hiddenSize, inner, mlp},
                                {at / "input_layernorm", facts.hiddenSize, epsilon, Role::AttentionNorm},
                                {at / "post_attention_layernorm", facts.hiddenSize, epsilon, Role::MlpNorm}});
        }
        m_norm = {trunk / "norm", facts.hiddenSize, epsilon, Role::OutputNorm};
        m_head = {scope.head("lm_head"), m_words, config.flag("tie_word_embeddings", false)};
    }

    Var hidden(Tape& tape, const NetworkInput& input) override
    {
        return runBlocks(tape, m_blocks, embedding(tape, {m_words(input.ids)}), input);
    }
    Var top(Tape& tape, const Var& rows) override { return m_norm(tape, rows); }
    OutputHead head() const override { return m_head(); }

private:
    Embedding m_words;
    std::vector<LlamaBlock> m_blocks;
    RmsNorm m_norm;
    Head m_head;
};

} // namespace

std::unique_ptr<Network> makeLlamaLike(const Scope& scope, ConfigReader& config, const LlamaKind& kind)
{
    return std::make_unique<Llama>(scope, config, kind);
}

std::unique_ptr<Network> makeLlama(const Scope& scope, ConfigReader& config)
{
    return makeLlamaLike(scope, config, {});
}

} // namespace fettle
