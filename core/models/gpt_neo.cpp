// SPDX-License-Identifier: GPL-3.0-or-later
// GPT-Neo (Black et al., 2021), TinyStories' kind, as transformers' GPTNeoForCausalLM: GPT-2 with a window in every
// other layer, and scores as they are.
#include "core/base/error.h"
#include "core/models/config_reader.h"
#include "core/models/decoder.h"

#include <fmt/format.h>

namespace fettle
{

std::unique_ptr<Network> makeGptNeo(const Scope& scope, ConfigReader& config)
{
    ModelFacts& facts = scope.facts();
    facts.vocabularySize = config.count("vocab_size", 50257);
    facts.contextLength = config.count("max_position_embeddings", 2048);
    facts.hiddenSize = config.count("hidden_size", 2048);
    facts.layers = config.layers("num_layers", 24);
    facts.heads = config.count("num_heads", 16);
    scope.setRange(config.real("initializer_range", 0.02));

    DecoderPlan plan;
    plan.epsilon = config.real("layer_norm_epsilon", 1e-5);
    plan.dropout = config.probability("embed_dropout", 0);
    const double dropout = config.probability("resid_dropout", 0);
    plan.attention = {.in = {"attention.q_proj", "attention.k_proj", "attention.v_proj"},
                      .out = "attention.out_proj",
                      .inKind = {.hasBias = false},
                      .order = "kvqo",
                      .dropout = dropout};
    plan.attention.shape = AttentionShape::of(facts.heads, facts.heads, config.share("hidden_size", "num_heads"), true);
    plan.attention.shape.scale = 1;
    plan.attention.shape.dropout = config.probability("attention_dropout", 0);
    const std::vector<std::string> types = config.repeated("attention_types", {"global", "local"});
    if (static_cast<int64_t>(types.size()) != facts.layers && config.has("attention_types"))
        throw badInput(
            fmt::format("config.json: attention_types names {} layers, num_layers = {}.", types.size(), facts.layers),
            {}, "model");
    const int64_t window = config.count("window_size", 256);
    plan.window = [types, window](int64_t i) {
        return types[static_cast<size_t>(i) % types.size()] == "local" ? window : 0;
    };
    plan.mlp = {.inner = config.isNull("intermediate_size") ? 4 * facts.hiddenSize
                                                            : config.count("intermediate_size", 4 * facts.hiddenSize),
                .activation = config.activation("activation_function", "gelu_new"),
                .dropout = dropout,
                .up = "c_fc",
                .down = "c_proj"};
    plan.words = "wte";
    plan.places = "wpe";
    plan.norm = "ln_1";
    plan.second = "ln_2";
    plan.attentionName = "attn";
    plan.mlpName = "mlp";
    plan.isTied = config.flag("tie_word_embeddings", true);
    return std::make_unique<Decoder>(scope, plan);
}

} // namespace fettle
