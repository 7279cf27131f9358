// SPDX-License-Identifier: GPL-3.0-or-later
// What a model's generation_config.json says of how it is to write, and how that and what a user asks for become one;
// free of torch.
#pragma once

#include "core/generate/options.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

class Tokenizer;
struct ModelFacts;

/// Some of the GenerateOptions, by transformers' names: those that a file or a user sets.
struct GenerationSettings {
    std::optional<bool> doSample;
    std::optional<int64_t> maxNewTokens, maxLength, minNewTokens, minLength, topK, noRepeatNgramSize, numBeams;
    std::optional<double> temperature, topP, minP, typicalP, epsilonCutoff, etaCutoff, repetitionPenalty, lengthPenalty;
    std::optional<EarlyStopping> earlyStopping;
    std::optional<std::vector<std::string>> stopStrings;
};

struct GenerationConfig {
    std::filesystem::path path; ///< of the file, where there is one
    GenerationSettings settings;
    std::vector<std::string> notices; ///< for people: what the file asks for that Fettle does not do
};

/// generation_config.json of a model's folder; empty where there is none. Throws BadInput (subject "model") naming the
/// key where a value is none of its kind.
GenerationConfig readGenerationConfig(const std::filesystem::path& modelFolder);

/// `asked` before `file` before the defaults of GenerateOptions. Beams draw only where one of the two says do_sample;
/// max_new_tokens goes before max_length, as in transformers; the file's temperature 0 without do_sample is greedy, as
/// there. Throws BadInput (subject "model") naming file and key where a value of the file that holds is impossible
/// (filters.h); those that are asked for are left to checkGenerateOptions.
GenerateOptions optionsFrom(const GenerationSettings& asked, const GenerationConfig& file);
/// "false", "true" or "never" (a user's word, or JSON's).
std::optional<EarlyStopping> earlyStoppingFrom(const std::string& word);

/// The tokens around a text.
struct TextBounds {
    std::optional<int64_t> begin; ///< what a text without a prompt begins with
    std::vector<int64_t> ends;    ///< each once, ascending
};
/// eos_token_id (a number or a list) and bos_token_id of generation_config.json, else of config.json, else the
/// tokenizer's; where none begins a text, what ends one does. Ids outside the model's vocabulary are left out. Throws
/// BadInput (subject "model") for an eos_token_id that is none; such a bos_token_id begins nothing.
TextBounds textBounds(const ModelFacts& model, const Tokenizer& tokenizer);

} // namespace fettle
