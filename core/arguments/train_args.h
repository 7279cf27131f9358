// SPDX-License-Identifier: GPL-3.0-or-later
// The training arguments: a struct, and a table that describes every field of it (train_args.def).
#pragma once

#include "core/arguments/setting_form.h"
#include "core/base/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

struct TrainArgs {
    using Real = double;
    using Integer = int64_t;
    using OptionalInteger = std::optional<int64_t>;
    using Flag = bool;
    using Text = std::string;
#define FETTLE_ARGUMENT(Group, Level, Type, name, value, check, form, unit, label, help) Type name = value;
#include "core/arguments/train_args.def"
#undef FETTLE_ARGUMENT
};

enum class ArgumentGroup { Run, Optimizer, Evaluation, Checkpoints, Lora, Machine, Data };
/// Its place in the form; Elsewhere: on another page, or in no form.
enum class ArgumentLevel { Basic, Advanced, SavedIn, Elsewhere };
enum class ArgumentType { Real, Integer, OptionalInteger, Flag, Text };

struct ArgumentCheck {
    std::optional<double> min, max;
    bool minExcluded = false;
    std::vector<std::string> choices; ///< Text only; empty: any text
    bool isObject = false;            ///< Text only: a JSON object, in a run file written as such
};

struct ArgumentInfo {
    ArgumentGroup group;
    ArgumentLevel level;
    ArgumentType type;
    const char* name; ///< field, JSON key and flag; with its room where that is not "arguments": "data.max_length"
    ArgumentCheck check;
    SettingForm form;
    const char* unit;
    const char* label; ///< plain words
    const char* help;
    std::string defaultText; ///< as argumentText() writes it
    const char* typeWords;   ///< for the docs: "whole number"
};

/// All arguments in the order of train_args.def.
const std::vector<ArgumentInfo>& argumentTable();
/// Null where no argument has this name.
const ArgumentInfo* findArgument(std::string_view name);

/// Sets a field from JSON. Old transformers words are mapped (evaluation_strategy, no_cuda, bf16: false, …); those that
/// Fettle does not support yet and unknown names throw BadInput with the argument's name as subject and the nearest
/// known name as hint; so does a value of the wrong type or out of range. Returns what is to be said of a word of
/// transformers that changes nothing here; mostly nothing.
std::string setArgument(TrainArgs& arguments, std::string_view name, const Json& value);
/// The same from text ("5e-4", "true", "none").
std::string setArgumentText(TrainArgs& arguments, std::string_view name, const std::string& text);
/// A field as text: shortest number, "true"/"false", "none" where not set.
std::string argumentText(const TrainArgs& arguments, std::string_view name);
Json toJson(const TrainArgs& arguments);
/// What is wrong with one field's value on its own, in words ("5 is too big: at most 0.1."); empty: nothing.
std::string argumentProblem(const ArgumentInfo& info, const std::string& text);
/// Checks that concern several fields together; throws BadInput, its subject the argument to mend.
void validateArguments(const TrainArgs& arguments);
/// Markdown table of all arguments, for the docs; a test keeps the page in step.
std::string argumentsMarkdown();

} // namespace fettle
