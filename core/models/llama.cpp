// SPDX-License-Identifier: GPL-3.0-or-later
// LLaMA (Touvron et al., arXiv:2302.13971, 2307.09288) as transformers' LlamaForCausalLM, and its kin.
#include "core/models/llama.h"

#include "core/models/config_reader.h"

#include <cmath>

namespace fettle
{

namespace
{

struct LlamaBlock {
    Attention attention;
    GatedMlp mlp;
    std::optional<RmsNorm> beforeAttention, afterAttention, beforeMlp, afterMlp;

    Var operator()(Tape& tape, const Var& x, const NetworkInput& input, size_t layer) const
    {
        const auto maybe = [&](const std::optional<RmsNorm>& norm, const Var& v) {
            return norm ? (*norm)(tape, v) : v;
        };
        // A norm after the module comes before the residual is added.
        const auto add = [&](const std::optional<RmsNorm>& norm, const Var& to, const auto& run) {
            return norm ? addDropout(tape, to, (*norm)(tape, run(nullptr)), 0) : run(to);
        };
        const Var y = add(afterAttention, x, [&](const Var& residual) {
            return attention(tape, maybe(beforeAttention, x), input, layer, residual);
        });
        return add(afterMlp, y, [&](const Var& residual) { return mlp(tape, maybe(beforeMlp, y), residual); });
    }
};

void readSizes(const Scope& scope, ConfigReader& config, const LlamaKind& kind)
{
    ModelFacts& facts = scope.facts();
    facts.vocabularySize = config.count("vocab_size", kind.vocabulary);
    facts.contextLength = config.count("max_position_embeddings", kind.context);
    facts.hiddenSize = config.count("hidden_size", kind.hidden);
    facts.layers = config.layers("num_hidden_layers", kind.layers);
    facts.heads = config.count("num_attention_heads", kind.heads);
    facts.anyPosition = true;
    scope.setRange(config.real("initializer_range", 0.02));
}

Attention::Options attentionOf(const ModelFacts& facts, ConfigReader& config, const LlamaKind& kind)
{
    const LinearKind in{.hasBias = kind.queryBias ? *kind.queryBias : config.flag("attention_bias", false)};
    const LinearKind out{.hasBias = kind.outBias ? *kind.outBias : in.hasBias};
    Attention::Options attention{.out = "o_proj", .inKind = in, .outKind = out, .norm = kind.headNorm};
    attention.in = {"q_proj", "k_proj", "v_proj"};
    if (kind.isFused) {
        attention.in = {"qkv_proj"};
        attention.order = "oq";
    }
    const bool asManyKeys = kind.keyValueHeads == 0 || config.isNull("num_key_value_heads");
    const int64_t keyHeads = config.count("num_key_value_heads", asManyKeys ? facts.heads : kind.keyValueHeads);
    config.share("num_attention_heads", "num_key_value_heads");
    const int64_t headDim = config.has("head_dim") ? config.count("head_dim")
                            : kind.headDim > 0 && !config.isNull("head_dim")
                                ? kind.headDim
                                : config.share("hidden_size", "num_attention_heads");
    attention.shape = AttentionShape::of(facts.heads, keyHeads, headDim, true);
    attention.shape.scale = kind.scale.value_or(attention.shape.scale);
    attention.shape.cap = kind.cap;
    attention.shape.dropout = config.probability("attention_dropout", 0);
    attention.dropout = kind.residualDropout;
    return attention;
}

class Llama final : public Network
{
public:
    Llama(const Scope& scope, ConfigReader& config, const LlamaKind& kind)
    {
        readSizes(scope, config, kind);
        const ModelFacts& facts = scope.facts();
        const RmsNorm::Kind norm{config.real("rms_norm_eps", kind.epsilon), kind.normBase};
        Attention::Options attention = attentionOf(facts, config, kind);
        attention.normKind = norm;
        GatedMlp::Options mlp{.inner = config.count("intermediate_size", kind.inner),
                              .activation = config.activation(kind.activationKey, kind.activation),
                              .dropout = kind.residualDropout};
        mlp.kind.hasBias = kind.mayHaveMlpBias && config.flag("mlp_bias", false);
        if (kind.isFused)
            mlp.in = {"gate_up_proj"};
        std::vector<std::shared_ptr<Rotary>> rotary;
        for (const RotaryKeys& keys : kind.rotary) {
            const auto settings = RotarySettings::read(config, keys, attention.shape.headDim, facts.contextLength);
            if (kind.readsAgain && settings.changesWithLength())
                m_readAgainAt = settings.original + 1;
            rotary.push_back(std::make_shared<Rotary>(settings));
        }

        const Scope trunk = scope.trunk("model");
        m_words = {trunk / "embed_tokens", facts.vocabularySize, facts.hiddenSize, Role::Words,
                   config.tokenId("pad_token_id")};
        if (kind.scalesEmbedding)
            m_scale = static_cast<float>(std::sqrt(static_cast<double>(facts.hiddenSize)));
        for (int64_t i = 0; i < facts.layers; ++i) {
            const Scope at = trunk.layer("layers", i);
            const LlamaKind::Layer layer = kind.layer(i);
            attention.shape.window = layer.window;
            attention.rotary = layer.rotary < 0 ? nullptr : rotary[static_cast<size_t>(layer.rotary)];
            const auto maybe = [&](std::string_view name, Role role) {
                return name.empty() ? std::nullopt
                                    : std::optional<RmsNorm>(std::in_place, at / name, facts.hiddenSize, norm, role);
            };
            LlamaBlock& block = m_blocks.emplace_back();
            block.attention = {at / "self_attn", facts.hiddenSize, attention};
            block.mlp = {at / "mlp", facts.hiddenSize, mlp};
            block.beforeAttention = maybe(kind.beforeAttention, Role::AttentionNorm);
            block.afterAttention = maybe(kind.afterAttention, Role::AttentionPostNorm);
            block.beforeMlp = maybe(kind.beforeMlp, Role::MlpNorm);
            block.afterMlp = maybe(kind.afterMlp, Role::MlpPostNorm);
        }
        m_norm = {trunk / "norm", facts.hiddenSize, norm, Role::OutputNorm};
        m_head = {scope.head("lm_head"), m_words, config.flag("tie_word_embeddings", kind.isTied)};
        m_head.setCap(kind.headCap);
        scope.form().headCap = kind.headCap;
        scope.form().gguf = kind.gguf;
    }

    Var hidden(Tape& tape, const NetworkInput& input) override
    {
        Lookup lookup = m_words(input.ids);
        lookup.noise /= m_scale; // Gemma's embeddings are scaled before they take noise
        const Var words = embedding(tape, {lookup});
        return runBlocks(tape, m_blocks, m_scale == 1 ? words : scaled(tape, words, m_scale), input);
    }
    Var top(Tape& tape, const Var& rows) override { return m_norm(tape, rows); }
    OutputHead head() const override { return m_head(); }
    int64_t readAgainAt() const override { return m_readAgainAt; }

private:
    Embedding m_words;
    double m_scale = 1; ///< of the words
    int64_t m_readAgainAt = 0;
    std::vector<LlamaBlock> m_blocks;
    RmsNorm m_norm;
    Head m_head;
};

} // namespace

std::unique_ptr<Network> makeLlamaLike(const Scope& scope, ConfigReader& config, const LlamaKind& kind)
{
    return std::make_unique<Llama>(scope, config, kind);
}

std::function<LlamaKind::Layer(int64_t)> qwenLayers(ConfigReader& config)
{
    if (!config.flag("use_sliding_window", false) || config.isNull("sliding_window"))
        return [](int64_t) { return LlamaKind::Layer{}; };
    const int64_t window = config.count("sliding_window", 4096);
    const auto first = static_cast<int64_t>(config.real("max_window_layers", 28));
    return [&config, window, first](int64_t i) {
        return LlamaKind::Layer{config.slidingLayer(i, i >= first) ? window : 0};
    };
}

GgufKind llamaInGguf()
{
    using enum RotarySettings::Kind;
    return {.architecture = "llama",
            .turnsNeighbours = true,
            .anyHeadDim = true,
            .biases = GgufKind::Biases::Any,
            .scalings = {Linear, Yarn, Llama3, LongRope}};
}

std::unique_ptr<Network> makeLlama(const Scope& scope, ConfigReader& config)
{
    LlamaKind kind{.mayHaveMlpBias = true};
    kind.gguf = llamaInGguf();
    return makeLlamaLike(scope, config, kind);
}

} // namespace fettle
