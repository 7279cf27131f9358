// SPDX-License-Identifier: GPL-3.0-or-later
// A run file (RUN.json): model, data, samples and arguments of one training run.
#pragma once

#include "core/arguments/data_format.h"
#include "core/arguments/references.h"
#include "core/arguments/train_args.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// How rows become examples, in the order of data.blocks' words.
enum class Blocks {
    Lines,       ///< a row is an example
    Packed,      ///< rows are joined and cut into full blocks; the last may be shorter
    PackedApart, ///< the same, and in a block attention stays within a row
    GroupTexts,  ///< transformers' run_clm: what fills no block is dropped, after every 1,000 rows
};
/// An example is a block, not a row.
inline bool joinsRows(Blocks blocks)
{
    return blocks != Blocks::Lines;
}
/// A row is read with those before it in its block.
inline bool mixesRows(Blocks blocks)
{
    return blocks == Blocks::Packed || blocks == Blocks::GroupTexts;
}

/// The types of run_settings.def.
namespace setting_types
{
using Real = double;
using Integer = int64_t;
using Flag = bool;
using Text = std::string;
using Switch = bool;
using BlocksChoice = Blocks;
using Texts = std::vector<std::string>; ///< a TextReference each
using Lines = std::vector<std::string>;
using Format = DataFormat;
using KeptAside = std::string; ///< a TextReference, or empty
} // namespace setting_types

struct DataConfig {
#define FETTLE_DATA(Level, Type, key, field, value, check, form, unit, label, help) setting_types::Type field = value;
#include "core/arguments/run_settings.def"
#undef FETTLE_DATA
    double validationFraction = 0; ///< used where `validation` is empty
    /// Of texts in `train`, how often an epoch reads a row of them (of less than once a part of the rows is drawn); the
    /// others are read once.
    std::map<std::string, double> trainWeights;

    bool operator==(const DataConfig&) const = default;
};

struct SamplesConfig {
#define FETTLE_SAMPLES(Level, Type, key, field, value, check, form, unit, label, help)                                 \
    setting_types::Type field = value;
#include "core/arguments/run_settings.def"
#undef FETTLE_SAMPLES
};

struct RunConfig {
    std::string model;     ///< a ModelReference; empty: none
    std::string objective; ///< "causal", "masked"; empty: what the model is
    DataConfig data;
    SamplesConfig samples;
    TrainArgs arguments;
    std::vector<std::string> remarks; ///< of what was read: what holds instead of words that change nothing here
};

/// Reads a run file; unknown keys throw BadInput naming the nearest known key. Relative paths become absolute, relative
/// to the file's folder.
RunConfig readRunConfig(const std::filesystem::path& file);
RunConfig parseRunConfig(const Json& json, const std::filesystem::path& relativeTo);
/// Complete, with every default; parseRunConfig reads it back to the same.
Json toJson(const RunConfig& config);
/// "learning_rate=1e-3", "data.max_length=64", "samples.prompts=[\"a\"]": sets one value, arguments without a prefix.
void applySetting(RunConfig& config, const std::string& keyEqualsValue);
/// Of "data" and "samples", by those names ("data.max_length"), in the order of run_settings.def.
const std::vector<ArgumentInfo>& runSettingTable();
/// A line of argumentTable() or runSettingTable(); null where no setting has this name.
const ArgumentInfo* findRunSetting(std::string_view name);
/// The value of any of them as text: shortest number, "true"/"false", "none" where not set; JSON where it is a list or
/// an object.
std::string runSettingText(const RunConfig& config, std::string_view name);
/// The first problem that makes a start impossible, thrown as BadInput with its subject; does not read the data.
void validateRunConfig(const RunConfig& config);
/// The folder of a new run where output_dir is empty: ~/Fettle/<data>-<n>, n the first that is free.
std::filesystem::path newRunFolder(const RunConfig& config);
/// Where runs lie unless told otherwise: ~/Fettle.
std::filesystem::path defaultRunsFolder();

} // namespace fettle
