// SPDX-License-Identifier: GPL-3.0-or-later
// GPT-NeoX (Black et al., arXiv:2204.06745), Pythia's kind, as transformers' GPTNeoXForCausalLM.
#include "core/models/config_reader.h"
#include "core/models/decoder.h"

namespace fettle
{

std::unique_ptr<Network> makeGptNeoX(const Scope& scope, ConfigReader& config)
{
    ModelFacts& facts = scope.facts();
    facts.vocabularySize = config.count("vocab_size", 50432);
    facts.contextLength = config.count("max_position_embeddings", 2048);
    facts.hiddenSize = config.count("hidden_size", 6144);
    facts.layers = config.layers("num_hidden_layers", 44);
    facts.heads = config.count("num_attention_heads", 64);
    facts.anyPosition = true;
    scope.setRange(config.real("initializer_range", 0.02));
    const int64_t headDim = config.share("hidden_size", "num_attention_heads");

    DecoderPlan plan;
    plan.epsilon = config.real("layer_norm_eps", 1e-5);
    plan.dropout = config.probability("hidden_dropout", 0);
    plan.order =
        config.flag("use_parallel_residual", true) ? DecoderBlock::Order::Parallel : DecoderBlock::Order::Before;
    const LinearKind kind{.hasBias = config.flag("attention_bias", true)};
    plan.attention = {.in = {"query_key_value"}, .out = "dense", .inKind = kind, .outKind = kind};
    plan.attention.dropout = plan.dropout;
    plan.attention.shape = AttentionShape::of(facts.heads, facts.heads, headDim, true);
    plan.attention.shape.byGroup = true;
    plan.attention.shape.dropout = config.probability("attention_dropout", 0);
    const RotaryKeys rotary{.thetaKey = "rotary_emb_base", .isPartial = true, .part = 0.25, .partKey = "rotary_pct"};
    plan.attention.rotary =
        std::make_shared<Rotary>(RotarySettings::read(config, rotary, headDim, facts.contextLength));
    plan.mlp = {.inner = config.count("intermediate_size", 24576),
                .activation = config.activation("hidden_act", "gelu"),
                .dropout = plan.dropout,
                .up = "dense_h_to_4h",
                .down = "dense_4h_to_h"};
    plan.gguf = {.architecture = "gptneox",
                 .biases = GgufKind::Biases::All,
                 .head = GgufKind::Head::Own,
                 .activation = Activation::GeluNew,
                 .keys = {{"use_parallel_residual", plan.order == DecoderBlock::Order::Parallel}}};
    plan.trunk = "gpt_neox";
    plan.words = "embed_in";
    plan.layers = "layers";
    plan.parts = "nsam";
    plan.norm = "input_layernorm";
    plan.second = "post_attention_layernorm";
    plan.attentionName = "attention";
    plan.mlpName = "mlp";
    plan.last = "final_layer_norm";
    plan.head = "embed_out"; // as its files have it; transformers 5 calls it lm_head once it is read
    plan.isTied = config.flag("tie_word_embeddings", false);
    (scope / plan.head).alsoNamed("lm_head");
    return std::make_unique<Decoder>(scope, plan);
}

} // namespace fettle
