// SPDX-License-Identifier: GPL-3.0-or-later
// Phi-1, Phi-1.5 and Phi-2 (Li et al., arXiv:2309.05463) as transformers' PhiForCausalLM.
#include "core/models/config_reader.h"
#include "core/models/decoder.h"

namespace fettle
{

std::unique_ptr<Network> makePhi(const Scope& scope, ConfigReader& config)
{
    ModelFacts& facts = scope.facts();
    facts.vocabularySize = config.count("vocab_size", 51200);
    facts.contextLength = config.count("max_position_embeddings", 2048);
    facts.hiddenSize = config.count("hidden_size", 2048);
    facts.layers = config.layers("num_hidden_layers", 24);
    facts.heads = config.count("num_attention_heads", 32);
    facts.anyPosition = true;
    scope.setRange(config.real("initializer_range", 0.02));
    const int64_t keyHeads = config.has("num_key_value_heads") ? config.count("num_key_value_heads") : facts.heads;
    if (config.has("num_key_value_heads"))
        config.share("num_attention_heads", "num_key_value_heads");
    const int64_t headDim =
        config.has("head_dim") ? config.count("head_dim") : config.share("hidden_size", "num_attention_heads");

    DecoderPlan plan;
    plan.epsilon = config.real("layer_norm_eps", 1e-5);
    plan.dropout = config.probability("embd_pdrop", 0);
    plan.order = DecoderBlock::Order::ParallelOneNorm;
    const double dropout = config.probability("resid_pdrop", 0);
    plan.attention = {.in = {"q_proj", "k_proj", "v_proj"}, .out = "dense", .dropout = dropout};
    plan.attention.shape = AttentionShape::of(facts.heads, keyHeads, headDim, true);
    plan.attention.shape.dropout = config.probability("attention_dropout", 0);
    if (config.flag("qk_layernorm", false))
        plan.attention.norm = Attention::Options::Norm::LayerOfEachHead;
    plan.attention.normKind.epsilon = plan.epsilon;
    plan.attention.rotary = std::make_shared<Rotary>(
        RotarySettings::read(config, {.isPartial = true, .part = 0.5}, headDim, facts.contextLength));
    plan.mlp = {.inner = config.count("intermediate_size", 8192),
                .activation = config.activation("hidden_act", "gelu_new"),
                .dropout = dropout,
                .up = "fc1",
                .down = "fc2"};
    plan.gguf = {.architecture = "phi2",
                 .biases = GgufKind::Biases::All,
                 .head = GgufKind::Head::Own,
                 .activation = Activation::GeluNew};
    if (plan.attention.norm != Attention::Options::Norm::None)
        plan.gguf.lacks.emplace_back("qk_layernorm = true");
    plan.trunk = "model";
    plan.words = "embed_tokens";
    plan.layers = "layers";
    plan.parts = "amns";
    plan.norm = "input_layernorm";
    plan.attentionName = "self_attn";
    plan.mlpName = "mlp";
    plan.last = "final_layernorm";
    plan.padding = config.tokenId("pad_token_id");
    plan.isTied = config.flag("tie_word_embeddings", false);
    plan.headHasBias = true;
    return std::make_unique<Decoder>(scope, plan);
}

} // namespace fettle
