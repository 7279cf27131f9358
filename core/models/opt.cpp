// SPDX-License-Identifier: GPL-3.0-or-later
// OPT (Zhang et al., arXiv:2205.01068) as transformers' OPTForCausalLM.
#include "core/models/config_reader.h"
#include "core/models/decoder.h"

namespace fettle
{

std::unique_ptr<Network> makeOpt(const Scope& scope, ConfigReader& config)
{
    ModelFacts& facts = scope.facts();
    facts.vocabularySize = config.count("vocab_size", 50272);
    facts.contextLength = config.count("max_position_embeddings", 2048);
    facts.hiddenSize = config.count("hidden_size", 768);
    facts.layers = config.layers("num_hidden_layers", 12);
    facts.heads = config.count("num_attention_heads", 12);
    scope.setRange(config.real("init_std", 0.02));
    config.requireFlag("layer_norm_elementwise_affine", true);

    DecoderPlan plan;
    const double dropout = config.probability("dropout", 0.1);
    const bool isBefore = config.flag("do_layer_norm_before", true);
    plan.order = isBefore ? DecoderBlock::Order::Before : DecoderBlock::Order::After;
    const LinearKind kind{.hasBias = config.flag("enable_bias", true)};
    plan.attention = {.in = {"q_proj", "k_proj", "v_proj"}, .out = "out_proj", .inKind = kind, .outKind = kind};
    plan.attention.order = "kvqo";
    plan.attention.dropout = dropout;
    plan.attention.shape =
        AttentionShape::of(facts.heads, facts.heads, config.share("hidden_size", "num_attention_heads"), true);
    plan.attention.shape.dropout = config.probability("attention_dropout", 0);
    plan.mlp = {.inner = config.count("ffn_dim", 3072),
                .activation = config.activation("activation_function", "relu"),
                .dropout = dropout,
                .up = "fc1",
                .down = "fc2",
                .upKind = kind,
                .downKind = kind};
    plan.trunk = "model";
    plan.inner = "decoder";
    plan.words = "embed_tokens";
    plan.places = "embed_positions";
    plan.countsTokens = true;
    plan.placesOffset = 2; // the first two rows stand for padding
    plan.layers = "layers";
    plan.parts = "anms";
    plan.norm = "self_attn_layer_norm";
    plan.second = "final_layer_norm";
    plan.attentionName = "self_attn";
    plan.last = isBefore && !config.flag("_remove_final_layer_norm", false) ? "final_layer_norm" : "";
    plan.lastIsMadeFirst = true;
    plan.padding = config.tokenId("pad_token_id", 1);
    plan.wordsWidth = config.has("word_embed_proj_dim") ? config.count("word_embed_proj_dim") : 0;
    plan.isTied = config.flag("tie_word_embeddings", true);
    return std::make_unique<Decoder>(scope, plan);
}

} // namespace fettle
