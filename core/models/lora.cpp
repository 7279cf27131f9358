// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/lora.h"

#include "core/base/error.h"
#include "core/base/model_folder_names.h"
#include "core/base/text.h"
#include "core/tokenizers/regular_expression.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

/// "attn.c_attn" or "c_attn" of "transformer.h.0.attn.c_attn".
bool isEndOf(const std::string& end, const std::string& module)
{
    return module == end || module.ends_with("." + end);
}

bool isAnyEndOf(const std::vector<std::string>& ends, const std::string& module)
{
    return std::any_of(ends.begin(), ends.end(), [&](const std::string& end) { return isEndOf(end, module); });
}

bool matches(const std::string& pattern, const std::string& module)
{
    std::vector<std::pair<size_t, size_t>> found;
    RegularExpression("\\A(?:" + pattern + ")\\z", kAdapterConfigName).find(module, 0, module.size(), found);
    return !found.empty();
}

/// As PEFT's get_pattern_key: the first expression that ends a module's name.
double ofPattern(const LoraConfig::Patterns& patterns, const std::string& module, double otherwise)
{
    for (const auto& [pattern, value] : patterns)
        if (isEndOf(pattern, module) || matches("(.*\\.)?(" + pattern + ")", module))
            return value;
    return otherwise;
}

} // namespace

int64_t LoraConfig::rankOf(const std::string& module, int64_t layer) const
{
    if (isAnyEndOf(excluded, module) || (!excludedPattern.empty() && matches(excludedPattern, module)) ||
        !savedModuleOf(module + ".weight").empty())
        return 0;
    if (!allLinear && !(pattern.empty() ? isAnyEndOf(targets, module) : matches(pattern, module)))
        return 0;
    if (!layers.empty() && std::find(layers.begin(), layers.end(), layer) == layers.end())
        return 0;
    return static_cast<int64_t>(ofPattern(ranks, module, static_cast<double>(rank)));
}

double LoraConfig::scaleOf(const std::string& module, int64_t rankThere) const
{
    const auto r = static_cast<double>(rankThere);
    return ofPattern(alphas, module, alpha) / (isRankStabilized ? std::sqrt(r) : r);
}

std::string LoraConfig::savedModuleOf(const std::string& parameter) const
{
    for (size_t dot = parameter.find('.'); dot != std::string::npos; dot = parameter.find('.', dot + 1))
        if (std::string module = parameter.substr(0, dot); isAnyEndOf(saved, module))
            return module;
    return {};
}

LoraConfig::Bias loraBias(const std::string& word)
{
    for (const auto& [name, bias] : {std::pair("none", LoraConfig::Bias::None), std::pair("all", LoraConfig::Bias::All),
                                     std::pair("lora_only", LoraConfig::Bias::LoraOnly)})
        if (word == name)
            return bias;
    throw badInput(fmt::format("An adapter's bias is none, all or lora_only, not {}.", shown(word)), {}, "model");
}

std::vector<std::string> usualTargets(const std::string& modelType)
{
    // TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING of PEFT 0.21.
    static const std::vector<std::pair<std::vector<const char*>, std::vector<std::string>>> usual{
        {{"gpt2"}, {"c_attn"}},
        {{"bloom", "gpt_neox", "falcon"}, {"query_key_value"}},
        {{"opt", "gpt_neo", "llama", "mistral", "gemma", "gemma2", "gemma3_text", "qwen2", "qwen3"},
         {"q_proj", "v_proj"}},
        {{"phi"}, {"q_proj", "v_proj", "fc1", "fc2"}},
        {{"bert", "roberta", "xlm-roberta", "electra"}, {"query", "value"}},
        {{"deberta-v2"}, {"query_proj", "value_proj"}},
        // Of kinds that PEFT has no word for, what is the same there:
        {{"camembert", "albert"}, {"query", "value"}},
        {{"distilbert"}, {"q_lin", "v_lin"}},
        {{"modernbert"}, {"Wqkv"}},
        {{"phi3"}, {"qkv_proj"}},
        {{"olmo2", "smollm3", "starcoder2"}, {"q_proj", "v_proj"}}};
    for (const auto& [types, targets] : usual)
        if (std::find(types.begin(), types.end(), modelType) != types.end())
            return targets;
    return {};
}

namespace
{

/// Values that ask for nothing: null, false, 0, "", [], {}.
bool isNothing(const Json& value)
{
    return value.is_null() || (value.is_boolean() && !value.get<bool>()) || (value.is_structured() && value.empty()) ||
           (value.is_string() && value.get<std::string>().empty());
}

/// A list of names, or one text that is a regular expression.
void readNames(const Json& config, const char* key, std::vector<std::string>& names, std::string& pattern)
{
    const auto found = config.find(key);
    if (found == config.end() || found->is_null())
        return;
    if (found->is_string()) {
        pattern = found->get<std::string>();
        return;
    }
    const auto isText = [](const Json& each) { return each.is_string(); };
    if (!found->is_array() || !std::all_of(found->begin(), found->end(), isText))
        throw badInput(fmt::format("{} is {}, neither a list of names nor a text", key, shown(*found)));
    for (const Json& each : *found)
        names.push_back(each.get<std::string>());
}

LoraConfig::Patterns readPatterns(const Json& config, const char* key)
{
    LoraConfig::Patterns patterns;
    const auto found = config.find(key);
    if (found == config.end() || !found->is_object())
        return patterns;
    for (const auto& [pattern, value] : found->items()) {
        if (!value.is_number())
            throw badInput(fmt::format("{}: {} is no number", key, shown(value)));
        patterns.emplace_back(pattern, value.get<double>());
    }
    return patterns;
}

/// What would change what is computed, and is not done here.
void requireSupported(const Json& config)
{
    const auto refuse = [](const std::string& what) {
        throw badInput(what + " is not supported", "Merge the adapter into its base with PEFT in Python "
                                                   "(merge_and_unload) and choose the merged model's folder.");
    };
    if (const auto kind = jsonValue<std::string>(config, "peft_type", "LORA"); kind != "LORA")
        refuse(fmt::format("an adapter of the kind {}", shown(kind)));
    static constexpr std::array active{"use_qalora",
                                       "use_bdlora",
                                       "lora_bias",
                                       "layer_replication",
                                       "trainable_token_indices",
                                       "target_parameters",
                                       "alora_invocation_tokens",
                                       "arrow_config",
                                       "kasa_config",
                                       "velora_config",
                                       "monteclora_config",
                                       "megatron_config"};
    for (const char* key : active)
        if (const auto found = config.find(key); found != config.end() && !isNothing(*found))
            refuse(fmt::format("{} = {}", key, shown(*found)));
    // These change the base itself when they begin.
    static constexpr std::array changing{"pissa", "corda", "olora", "loftq", "lora_ga", "mica"};
    if (const auto begun = config.find("init_lora_weights"); begun != config.end() && begun->is_string())
        for (const char* way : changing)
            if (begun->get<std::string>().starts_with(way))
                refuse(fmt::format("init_lora_weights = {}", shown(*begun)));
}

void readLayers(const Json& config, LoraConfig& lora)
{
    const auto found = config.find("layers_to_transform");
    if (found == config.end() || found->is_null())
        return;
    for (const Json& each : found->is_array() ? *found : Json::array({*found})) {
        if (!each.is_number_integer())
            throw badInput(fmt::format("layers_to_transform holds {}, which is no layer's number", shown(each)));
        lora.layers.push_back(each.get<int64_t>());
    }
}

} // namespace

LoraConfig readLoraConfig(const Json& config, const std::string& where)
{
    LoraConfig lora;
    try {
        requireSupported(config);
        lora.rank = jsonValue<int64_t>(config, "r", 8);
        lora.alpha = jsonValue<double>(config, "lora_alpha", 8);
        lora.dropout = jsonValue<double>(config, "lora_dropout", 0);
        lora.isRankStabilized = jsonValue<bool>(config, "use_rslora", false);
        lora.isDora = jsonValue<bool>(config, "use_dora", false);
        lora.bias = loraBias(jsonValue<std::string>(config, "bias", "none"));
        readNames(config, "target_modules", lora.targets, lora.pattern);
        readNames(config, "exclude_modules", lora.excluded, lora.excludedPattern);
        std::string single;
        readNames(config, "modules_to_save", lora.saved, single);
        if (!single.empty())
            lora.saved.push_back(single);
        lora.ranks = readPatterns(config, "rank_pattern");
        lora.alphas = readPatterns(config, "alpha_pattern");
        readLayers(config, lora);
        const auto isRank = [](double rank) { return rank >= 1 && rank <= 1 << 20; };
        if (!isRank(static_cast<double>(lora.rank)) ||
            !std::all_of(lora.ranks.begin(), lora.ranks.end(), [&](const auto& each) { return isRank(each.second); }))
            throw badInput("the rank r must be at least 1");
        if (!(lora.dropout >= 0 && lora.dropout < 1))
            throw badInput(fmt::format("lora_dropout is {}, not from 0 to below 1", lora.dropout));
    } catch (const Error& error) {
        throw badInput(fmt::format("{}: {}.", where, error.message()), error.hint(), "model");
    }
    if (lowered(lora.pattern) == "all-linear") {
        lora.pattern.clear();
        lora.allLinear = true;
    }
    return lora;
}

} // namespace fettle
