// SPDX-License-Identifier: GPL-3.0-or-later
// GPT-2 (Radford et al., 2019) as transformers' GPT2LMHeadModel.
#include "core/models/config_reader.h"
#include "core/models/modules.h"

#include <cmath>

namespace fettle
{

namespace
{

struct Gpt2Block {
    LayerNorm before;
    Attention attention;
    LayerNorm between;
    Mlp mlp;

    Var operator()(Tape& tape, const Var& x, const NetworkInput& input, size_t layer) const
    {
        const Var y = attention(tape, before(tape, x), input, layer, x);
        return mlp(tape, between(tape, y), y);
    }
};

class Gpt2 final : public Network
{
public:
    Gpt2(const Scope& scope, ConfigReader& config)
    {
        ModelFacts& facts = scope.facts();
        facts.vocabularySize = config.count("vocab_size", 50257);
        facts.contextLength = config.count(config.has("n_positions") ? "n_positions" : "n_ctx", 1024);
        facts.hiddenSize = config.count("n_embd", 768);
        facts.layers = config.layers("n_layer", 12);
        facts.heads = config.count("n_head", 12);
        scope.setRange(config.real("initializer_range", 0.02));
        scope.form().gguf = {
            .architecture = "gpt2", .biases = GgufKind::Biases::All, .activation = Activation::GeluNew};
        config.requireFlag("add_cross_attention", false);
        const double epsilon = config.real("layer_norm_epsilon", 1e-5);
        const double dropout = config.probability("resid_pdrop", 0.1);
        m_dropout = config.probability("embd_pdrop", 0.1);
        const LinearKind in{.isConv1d = true};
        const LinearKind out{.isConv1d = true, .drawFactor = 1 / std::sqrt(2.0 * static_cast<double>(facts.layers))};
        Attention::Options attention{
            .in = {"c_attn"}, .out = "c_proj", .inKind = in, .outKind = out, .dropout = dropout};
        attention.shape = AttentionShape::of(facts.heads, facts.heads, config.share("n_embd", "n_head"), true);
        attention.shape.dropout = config.probability("attn_pdrop", 0.1);
        const double scale = config.flag("scale_attn_weights", true) ? attention.shape.scale : 1;
        const bool scalesByLayer = config.flag("scale_attn_by_inverse_layer_idx", false);
        const Mlp::Options mlp{.inner = config.count("n_inner", 4 * facts.hiddenSize),
                               .activation = config.activation("activation_function", "gelu_new"),
                               .dropout = dropout,
                               .up = "c_fc",
                               .down = "c_proj",
                               .upKind = in,
                               .downKind = out};

        const Scope trunk = scope.trunk("transformer");
        m_words = {trunk / "wte", facts.vocabularySize, facts.hiddenSize, Role::Words};
        m_places = {trunk / "wpe", facts.contextLength, facts.hiddenSize, Role::Positions};
        for (int64_t i = 0; i < facts.layers; ++i) {
            const Scope at = trunk.layer("h", i);
            attention.shape.scale = scale / (scalesByLayer ? static_cast<double>(i + 1) : 1);
            m_blocks.push_back({{at / "ln_1", facts.hiddenSize, epsilon, Role::AttentionNorm},
                                {at / "attn", facts.hiddenSize, attention},
                                {at / "ln_2", facts.hiddenSize, epsilon, Role::MlpNorm},
                                {at / "mlp", facts.hiddenSize, mlp}});
        }
        m_norm = {trunk / "ln_f", facts.hiddenSize, epsilon, Role::OutputNorm};
        m_head = {scope.head("lm_head"), m_words, config.flag("tie_word_embeddings", true)};
    }

    Var hidden(Tape& tape, const NetworkInput& input) override
    {
        const Var x = embedding(tape, {m_words(input.ids), m_places(input.positions)});
        return runBlocks(tape, m_blocks, addDropout(tape, nullptr, x, m_dropout), input);
    }
    Var top(Tape& tape, const Var& rows) override { return m_norm(tape, rows); }
    OutputHead head() const override { return m_head(); }

private:
    double m_dropout = 0;
    Embedding m_words, m_places;
    std::vector<Gpt2Block> m_blocks;
    LayerNorm m_norm;
    Head m_head;
};

} // namespace

std::unique_ptr<Network> makeGpt2(const Scope& scope, ConfigReader& config)
{
    return std::make_unique<Gpt2>(scope, config);
}

} // namespace fettle
