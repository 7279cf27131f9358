// SPDX-License-Identifier: GPL-3.0-or-later
// Falcon (Almazrouei et al., arXiv:2311.16867) as transformers' FalconForCausalLM: the first kind, whose heads share
// one key and value, and the "new decoder architecture", which shares them in groups; with rotary positions or ALiBi.
#include "core/models/config_reader.h"
#include "core/models/decoder.h"

namespace fettle
{

namespace
{

DecoderBlock::Order falconOrder(const ConfigReader& config, bool isNew)
{
    if (!isNew && !config.flag("parallel_attn", true))
        return DecoderBlock::Order::Before;
    if (isNew)
        config.requireFlag("parallel_attn", true);
    const double norms = config.real("num_ln_in_parallel_attn", isNew ? 2 : 1);
    return isNew && norms == 2 ? DecoderBlock::Order::Parallel : DecoderBlock::Order::ParallelOneNorm;
}

} // namespace

std::unique_ptr<Network> makeFalcon(const Scope& scope, ConfigReader& config)
{
    ModelFacts& facts = scope.facts();
    facts.vocabularySize = config.count("vocab_size", 65024);
    facts.contextLength = config.count("max_position_embeddings", 2048);
    facts.hiddenSize = config.count("hidden_size", 4544);
    facts.layers = config.layers("num_hidden_layers", 32);
    facts.heads = config.count("num_attention_heads", 71);
    facts.anyPosition = true;
    scope.setRange(config.real("initializer_range", 0.02));
    const bool isNew = config.flag("new_decoder_architecture", false), sharesAll = config.flag("multi_query", true);
    const int64_t named = config.has("num_kv_heads") ? config.count("num_kv_heads") : facts.heads;
    const int64_t keyHeads = isNew ? named : sharesAll ? 1 : facts.heads;
    if (isNew && config.has("num_kv_heads"))
        config.share("num_attention_heads", "num_kv_heads");
    const int64_t headDim = config.share("hidden_size", "num_attention_heads");

    DecoderPlan plan;
    plan.epsilon = config.real("layer_norm_epsilon", 1e-5);
    plan.order = falconOrder(config, isNew);
    const bool isParallel = plan.order != DecoderBlock::Order::Before;
    const double dropout = config.probability("hidden_dropout", 0);
    plan.sumDropout = isParallel ? dropout : 0;
    const LinearKind kind{.hasBias = config.flag("bias", false), .drawFactor = 1}; // drawn twice by transformers
    plan.attention = {.in = {"query_key_value"}, .out = "dense", .inKind = kind, .outKind = kind};
    plan.attention.shape = AttentionShape::of(facts.heads, keyHeads, headDim, true);
    plan.attention.shape.byGroup = true;
    const double attentionDropout = config.probability("attention_dropout", 0);
    plan.attention.dropout = isParallel ? 0 : attentionDropout;
    if (config.flag("alibi", false)) {
        // As with scaled_dot_product_attention, transformers' usual way: its "eager" one adds the slopes twice.
        plan.attention.shape.alibi = plan.attention.shape.roundsAlibi = true;
        plan.attention.shape.dropout = attentionDropout; // of the probabilities: with ALiBi alone
    } else {
        plan.attention.rotary =
            std::make_shared<Rotary>(RotarySettings::read(config, {}, headDim, facts.contextLength));
    }
    plan.mlp = {.inner = config.has("ffn_hidden_size") ? config.count("ffn_hidden_size") : 4 * facts.hiddenSize,
                .activation = config.activation("activation", "gelu"),
                .dropout = isParallel ? 0 : dropout,
                .up = "dense_h_to_4h",
                .down = "dense_4h_to_h",
                .upKind = kind,
                .downKind = kind};
    const bool hasTwo = plan.order == DecoderBlock::Order::Parallel;
    plan.norm = hasTwo ? "ln_attn" : "input_layernorm";
    plan.second = hasTwo ? "ln_mlp" : "post_attention_layernorm";
    plan.parts = hasTwo ? "amns" : "amsn";
    plan.gguf = {.architecture = "falcon", .activation = Activation::GeluNew};
    if (hasTwo) // both read the same sum, and "attn_norm" is the MLP's there
        plan.gguf.words = {{Role::AttentionNorm, "attn_norm_2"}, {Role::MlpNorm, "attn_norm"}};
    if (!isParallel)
        plan.gguf.lacks.emplace_back("parallel_attn = false");
    if (plan.attention.shape.alibi)
        plan.gguf.lacks.emplace_back("alibi = true");
    plan.attentionName = "self_attention";
    plan.mlpName = "mlp";
    plan.isTied = config.flag("tie_word_embeddings", true);
    return std::make_unique<Decoder>(scope, plan);
}

} // namespace fettle
