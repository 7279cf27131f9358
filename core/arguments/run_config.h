// SPDX-License-Identifier: GPL-3.0-or-later
// A run file (RUN.json): model, data, samples and arguments of one training run.
#pragma once

#include "core/arguments/data_format.h"
#include "core/arguments/references.h"
#include "core/arguments/train_args.h"

#include <filesystem>
#include <string>
#include <vector>

namespace fettle
{

struct DataConfig {
    std::vector<std::string> train; ///< a TextReference each
    DataFormat format;              ///< corrects what is recognised of every file
    std::string split;              ///< "train[:1000]"; empty: all
    std::string column;             ///< empty: guessed, see data/columns.h
    std::string validation;         ///< a TextReference, or empty
    double validationFraction = 0;  ///< used where `validation` is empty
    bool packed = false;            ///< blocks: packed, else lines
    int64_t maxLength = 128;
    bool appendEndOfText = false; ///< end_of_text: append
    bool skipEmptyRows = false;   ///< empty_rows: skip

    bool operator==(const DataConfig&) const = default;
};

struct SamplesConfig {
    std::vector<std::string> prompts;
    int64_t everySteps = 50;
    int64_t maxNewTokens = 64;
    double temperature = 0.8;
    int64_t topK = 40;
    double topP = 0.95;
    int64_t seed = 42;
    bool greedy = false;
};

struct RunConfig {
    std::string model;     ///< a ModelReference; empty: none
    std::string objective; ///< "causal", "masked"; empty: what the model is
    DataConfig data;
    SamplesConfig samples;
    TrainArgs arguments;
};

/// Reads a run file; unknown keys throw BadInput naming the nearest known key. Relative paths become absolute, relative
/// to the file's folder.
RunConfig readRunConfig(const std::filesystem::path& file);
RunConfig parseRunConfig(const Json& json, const std::filesystem::path& relativeTo);
/// Complete, with every default; parseRunConfig reads it back to the same.
Json toJson(const RunConfig& config);
/// "learning_rate=1e-3", "data.max_length=64", "samples.prompts=[\"a\"]": sets one value, arguments without a prefix.
void applySetting(RunConfig& config, const std::string& keyEqualsValue);
/// The first problem that makes a start impossible, thrown as BadInput with its subject; does not read the data.
void validateRunConfig(const RunConfig& config);
/// The folder of a new run where output_dir is empty: ~/Fettle/<data>-<n>, n the first that is free.
std::filesystem::path newRunFolder(const RunConfig& config);
/// Where runs lie unless told otherwise: ~/Fettle.
std::filesystem::path defaultRunsFolder();

} // namespace fettle
