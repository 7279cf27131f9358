// SPDX-License-Identifier: GPL-3.0-or-later
// BLOOM (BigScience, arXiv:2211.05100) as transformers' BloomForCausalLM.
#include "core/models/config_reader.h"
#include "core/models/decoder.h"

namespace fettle
{

std::unique_ptr<Network> makeBloom(const Scope& scope, ConfigReader& config)
{
    ModelFacts& facts = scope.facts();
    facts.vocabularySize = config.count("vocab_size", 250880);
    facts.contextLength = config.count("seq_length", 2048); // that it was trained on; it has no largest position
    const char* width = config.has("n_embed") ? "n_embed" : "hidden_size";
    facts.hiddenSize = config.count(width, 64);
    const char* layers = config.has("num_hidden_layers") ? "num_hidden_layers" : "n_layer";
    facts.layers = config.layers(layers, 2);
    const char* heads = config.has("num_attention_heads") ? "num_attention_heads" : "n_head";
    facts.heads = config.count(heads, 8);
    facts.anyPosition = true;
    scope.setRange(config.real("initializer_range", 0.02));

    DecoderPlan plan;
    if (config.flag("apply_residual_connection_post_layernorm", false))
        plan.order = DecoderBlock::Order::BeforeAll;
    plan.epsilon = config.real("layer_norm_epsilon", 1e-5);
    const double dropout = config.probability("hidden_dropout", 0);
    plan.attention = {.in = {"query_key_value"}, .out = "dense", .dropout = dropout};
    plan.attention.shape = AttentionShape::of(facts.heads, facts.heads, config.share(width, heads), true);
    plan.attention.shape.byGroup = plan.attention.shape.alibi = true;
    plan.attention.shape.dropout = config.probability("attention_dropout", 0);
    plan.mlp = {.inner = 4 * facts.hiddenSize,
                .activation = Activation::GeluNew,
                .dropout = dropout,
                .up = "dense_h_to_4h",
                .down = "dense_4h_to_h"};
    plan.gguf = {
        .architecture = "bloom", .hasAlibi = true, .biases = GgufKind::Biases::All, .activation = Activation::GeluNew};
    if (plan.order == DecoderBlock::Order::BeforeAll)
        plan.gguf.lacks.emplace_back("apply_residual_connection_post_layernorm = true");
    plan.embeddingNorm = "word_embeddings_layernorm";
    plan.norm = "input_layernorm";
    plan.second = "post_attention_layernorm";
    plan.attentionName = "self_attention";
    plan.mlpName = "mlp";
    plan.isTied = config.flag("tie_word_embeddings", true);
    return std::make_unique<Decoder>(scope, plan);
}

} // namespace fettle
