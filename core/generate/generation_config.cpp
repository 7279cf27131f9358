// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/generation_config.h"

#include "core/base/adapter_base.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/model_facts.h"
#include "core/generate/filters.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace fettle
{

namespace
{

namespace fs = std::filesystem;

constexpr const char* fileName = "generation_config.json";

/// Calls visit(key, member of GenerationSettings, member of GenerateOptions) for all that are copied as they are.
template <typename Visit>
void forEachSetting(const Visit& visit)
{
    using S = GenerationSettings;
    using O = GenerateOptions;
    visit("max_new_tokens", &S::maxNewTokens, &O::maxNewTokens);
    visit("max_length", &S::maxLength, &O::maxLength);
    visit("min_new_tokens", &S::minNewTokens, &O::minNewTokens);
    visit("min_length", &S::minLength, &O::minLength);
    visit("temperature", &S::temperature, &O::temperature);
    visit("top_k", &S::topK, &O::topK);
    visit("top_p", &S::topP, &O::topP);
    visit("min_p", &S::minP, &O::minP);
    visit("typical_p", &S::typicalP, &O::typicalP);
    visit("epsilon_cutoff", &S::epsilonCutoff, &O::epsilonCutoff);
    visit("eta_cutoff", &S::etaCutoff, &O::etaCutoff);
    visit("repetition_penalty", &S::repetitionPenalty, &O::repetitionPenalty);
    visit("no_repeat_ngram_size", &S::noRepeatNgramSize, &O::noRepeatNgramSize);
    visit("num_beams", &S::numBeams, &O::numBeams);
    visit("length_penalty", &S::lengthPenalty, &O::lengthPenalty);
    visit("early_stopping", &S::earlyStopping, &O::earlyStopping);
    visit("stop_strings", &S::stopStrings, &O::stopStrings);
}

// What each kind of setting is in JSON; false where the value is none.

bool take(const Json& value, bool& to)
{
    return value.is_boolean() && (to = value.get<bool>(), true);
}

bool take(const Json& value, int64_t& to)
{
    // Whole numbers are written as 50.0 now and then.
    if (value.is_number_float() && std::abs(value.get<double>()) < 1e15 &&
        value.get<double>() == std::floor(value.get<double>()))
        return to = static_cast<int64_t>(value.get<double>()), true;
    return value.is_number_integer() && (to = value.get<int64_t>(), true);
}

bool take(const Json& value, double& to)
{
    return value.is_number() && (to = value.get<double>(), true);
}

bool take(const Json& value, EarlyStopping& to)
{
    const auto found = earlyStoppingFrom(value.is_boolean()  ? value.get<bool>() ? "true" : "false"
                                         : value.is_string() ? value.get<std::string>()
                                                             : "");
    return found && (to = *found, true);
}

bool take(const Json& value, std::vector<std::string>& to)
{
    to.clear();
    for (const Json& text : value.is_array() ? value : Json::array({value})) {
        if (!text.is_string())
            return false;
        to.push_back(text.get<std::string>());
    }
    return true;
}

template <typename T>
void read(const Json& file, const fs::path& path, const char* key, std::optional<T>& to)
{
    const auto found = file.find(key);
    if (found == file.end() || found->is_null())
        return;
    T value{};
    if (!take(*found, value))
        throw badInput(fmt::format("{}: {} = {} is not possible.", path.string(), key, shown(*found)),
                       "Correct it, or take the line out.", "model");
    to = std::move(value);
}

/// Keys that ask for nothing while one text is written: what is computed, said or kept elsewhere.
bool asksForNothing(const std::string& key)
{
    static const std::set<std::string> keys{"bos_token_id",
                                            "eos_token_id",
                                            "pad_token_id",
                                            "decoder_start_token_id",
                                            "transformers_version",
                                            "use_cache",
                                            "cache_implementation",
                                            "cache_config",
                                            "max_cache_len",
                                            "return_legacy_cache",
                                            "return_dict_in_generate",
                                            "output_attentions",
                                            "output_hidden_states",
                                            "output_scores",
                                            "output_logits",
                                            "num_assistant_tokens",
                                            "num_assistant_tokens_schedule",
                                            "assistant_confidence_threshold",
                                            "assistant_lookbehind",
                                            "target_lookbehind",
                                            "max_matching_ngram_size",
                                            "compile_config",
                                            "disable_compile",
                                            "prefill_chunk_size",
                                            "trust_remote_code",
                                            "chat_format",
                                            "max_window_size"};
    return key.starts_with("_") || keys.contains(key);
}

/// Whether a key that Fettle does not know changes nothing by its value.
bool isNeutral(const std::string& key, const Json& value)
{
    static const std::map<std::string, double> neutral{{"num_return_sequences", 1},
                                                       {"num_beam_groups", 1},
                                                       {"diversity_penalty", 0},
                                                       {"encoder_repetition_penalty", 1},
                                                       {"encoder_no_repeat_ngram_size", 0},
                                                       {"guidance_scale", 1},
                                                       {"penalty_alpha", 0}};
    if (value.is_null() || (value.is_boolean() && !value.get<bool>()) || (value.is_structured() && value.empty()))
        return true;
    const auto found = neutral.find(key);
    return found != neutral.end() && value.is_number() && value.get<double>() == found->second;
}

bool isSaid(const Json& file, const char* key)
{
    const auto found = file.find(key);
    return found != file.end() && !found->is_null();
}

/// The ids that a key says, one or a list of them; none where it says something else.
std::vector<int64_t> idsOf(const Json& file, const char* key)
{
    std::vector<int64_t> ids;
    if (!isSaid(file, key))
        return ids;
    const Json& said = file[key];
    for (const Json& id : said.is_array() ? said : Json::array({said}))
        if (id.is_number_integer())
            ids.push_back(id.get<int64_t>());
    return ids;
}

} // namespace

std::optional<EarlyStopping> earlyStoppingFrom(const std::string& word)
{
    if (word == "false")
        return EarlyStopping::Unlikely;
    if (word == "true")
        return EarlyStopping::AtOnce;
    if (word == "never")
        return EarlyStopping::Never;
    return {};
}

GenerationConfig readGenerationConfig(const fs::path& modelFolder)
{
    GenerationConfig config;
    fs::path path = modelFolder / fileName;
    if (!fs::exists(path) && holdsAdapter(modelFolder) && !fs::exists(modelFolder / "config.json"))
        path = adapterBase(modelFolder) / fileName;
    if (!fs::exists(path))
        return config;
    config.path = path;
    const Json file = readModelObject(path);
    std::set<std::string> known{"do_sample"};
    read(file, path, "do_sample", config.settings.doSample);
    forEachSetting([&](const char* key, auto setting, auto) {
        known.insert(key);
        read(file, path, key, config.settings.*setting);
    });
    std::vector<std::string> ignored;
    for (const auto& [key, value] : file.items())
        if (!known.contains(key) && !asksForNothing(key) && !isNeutral(key, value))
            ignored.push_back(fmt::format("{} = {}", shown(key), shown(value)));
    if (!ignored.empty())
        config.notices.push_back(
            fmt::format("{} asks for what Fettle does not do: {}.", fileName, fmt::join(ignored, ", ")));
    return config;
}

GenerateOptions optionsFrom(const GenerationSettings& asked, const GenerationConfig& config)
{
    const GenerationSettings& file = config.settings;
    GenerateOptions options;
    std::set<std::string> fromFile;
    forEachSetting([&](const char* key, auto setting, auto option) {
        if (const auto& value = asked.*setting ? asked.*setting : file.*setting)
            options.*option = *value;
        if (file.*setting && !(asked.*setting))
            fromFile.insert(key);
    });
    if (asked.maxNewTokens || (file.maxNewTokens && !asked.maxLength))
        options.maxLength = 0;
    // Files of models that are to write greedily say so by temperature 0, too.
    const bool isCold = fromFile.contains("temperature") && options.temperature == 0;
    options.greedy = !asked.doSample.value_or(file.doSample.value_or(options.numBeams == 1 && !isCold));
    const auto wrong = impossibleOption(options);
    if (wrong && fromFile.contains(wrong->name))
        throw badInput(fmt::format("{}: {} = {} is not possible.", config.path.string(), wrong->name, wrong->value),
                       fmt::format("It must be {}. Correct it, or take the line out.", wrong->range), "model");
    return options;
}

TextBounds textBounds(const ModelFacts& model, const Tokenizer& tokenizer)
{
    const auto isOutside = [&](int64_t id) { return id < 0 || id >= model.vocabularySize; };
    TextBounds bounds;
    std::optional<std::vector<int64_t>> ends;
    for (const char* name : {fileName, "config.json"}) {
        const fs::path path = model.folder / name;
        if (!fs::exists(path))
            continue;
        const Json file = readJson(path);
        std::vector<int64_t> begins = idsOf(file, "bos_token_id");
        std::erase_if(begins, isOutside);
        if (!bounds.begin && !begins.empty())
            bounds.begin = begins.front();
        if (ends || !isSaid(file, "eos_token_id"))
            continue;
        ends = idsOf(file, "eos_token_id");
        if (ends->empty())
            throw badInput(fmt::format("{}: eos_token_id must be a token id or a list of them.", path.string()), "",
                           "model");
    }
    const SpecialTokens& special = tokenizer.special();
    if (ends)
        bounds.ends = std::move(*ends);
    else if (special.eos)
        bounds.ends = {*special.eos};
    std::erase_if(bounds.ends, isOutside);
    if (!bounds.begin && special.bos && !isOutside(*special.bos))
        bounds.begin = *special.bos;
    if (!bounds.begin && !bounds.ends.empty())
        bounds.begin = bounds.ends.front();
    std::sort(bounds.ends.begin(), bounds.ends.end());
    bounds.ends.erase(std::unique(bounds.ends.begin(), bounds.ends.end()), bounds.ends.end());
    return bounds;
}

} // namespace fettle
