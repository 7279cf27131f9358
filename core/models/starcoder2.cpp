// SPDX-License-Identifier: GPL-3.0-or-later
// StarCoder2 (Lozhkov et al., arXiv:2402.19173) as transformers' Starcoder2ForCausalLM.
#include "core/models/config_reader.h"
#include "core/models/decoder.h"

namespace fettle
{

std::unique_ptr<Network> makeStarCoder2(const Scope& scope, ConfigReader& config)
{
    ModelFacts& facts = scope.facts();
    facts.vocabularySize = config.count("vocab_size", 49152);
    facts.contextLength = config.count("max_position_embeddings", 4096);
    facts.hiddenSize = config.count("hidden_size", 3072);
    facts.layers = config.layers("num_hidden_layers", 30);
    facts.heads = config.count("num_attention_heads", 24);
    facts.anyPosition = true;
    scope.setRange(config.real("initializer_range", 0.018042));
    const int64_t keyHeads = config.count("num_key_value_heads", 2);
    config.share("num_attention_heads", "num_key_value_heads");
    const int64_t headDim =
        config.has("head_dim") ? config.count("head_dim") : config.share("hidden_size", "num_attention_heads");

    DecoderPlan plan;
    plan.epsilon = config.real("norm_epsilon", 1e-5);
    plan.dropout = config.probability("embedding_dropout", 0);
    const double dropout = config.probability("residual_dropout", 0);
    const LinearKind kind{.hasBias = config.flag("use_bias", true)};
    plan.attention = {.in = {"q_proj", "k_proj", "v_proj"}, .out = "o_proj", .inKind = kind, .outKind = kind};
    plan.attention.dropout = dropout;
    plan.attention.shape = AttentionShape::of(facts.heads, keyHeads, headDim, true);
    plan.attention.shape.dropout = config.probability("attention_dropout", 0);
    plan.attention.rotary = std::make_shared<Rotary>(RotarySettings::read(config, {}, headDim, facts.contextLength));
    if (config.has("sliding_window"))
        plan.window = [window = config.count("sliding_window")](int64_t) { return window; };
    plan.mlp = {.inner = config.count("intermediate_size", 12288),
                .activation = config.activation("hidden_act", "gelu_pytorch_tanh"),
                .dropout = dropout,
                .up = "c_fc",
                .down = "c_proj",
                .upKind = kind,
                .downKind = kind};
    plan.gguf = {.architecture = "starcoder2", .biases = GgufKind::Biases::All, .activation = Activation::GeluNew};
    plan.trunk = "model";
    plan.words = "embed_tokens";
    plan.layers = "layers";
    plan.parts = "amns";
    plan.norm = "input_layernorm";
    plan.second = "post_attention_layernorm";
    plan.attentionName = "self_attn";
    plan.mlpName = "mlp";
    plan.last = "norm";
    plan.padding = config.tokenId("pad_token_id");
    plan.isTied = config.flag("tie_word_embeddings", true);
    return std::make_unique<Decoder>(scope, plan);
}

} // namespace fettle
