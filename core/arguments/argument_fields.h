// SPDX-License-Identifier: GPL-3.0-or-later
// The struct field behind each argument's name, for the files of this room.
#pragma once

#include "core/arguments/train_args.h"

#include <variant>

namespace fettle
{

using ArgumentField =
    std::variant<TrainArgs::Real TrainArgs::*, TrainArgs::Integer TrainArgs::*, TrainArgs::OptionalInteger TrainArgs::*,
                 TrainArgs::Flag TrainArgs::*, TrainArgs::Text TrainArgs::*>;

/// In the order of argumentTable().
const std::vector<ArgumentField>& argumentFields();

/// A known argument's line and field; throws BadInput with the nearest name, or "not supported yet", otherwise.
struct FoundArgument {
    const ArgumentInfo& info;
    ArgumentField field;
};
FoundArgument argumentNamed(std::string_view name);

/// What is wrong with a value for an argument, in words; empty: nothing.
std::string argumentValueProblem(const ArgumentInfo& info, const Json& value);

/// What setArgument does with a word of transformers that Fettle's table has not.
struct ForeignArgument {
    std::string newName;   ///< the word it is now called, or empty
    bool harmless = false; ///< known, and this value changes nothing: to be ignored
    std::string instead;   ///< where it was meant to change something: what holds, to be said
    std::string newValue;  ///< what the new word is set to; empty: to the same value
};
/// Throws BadInput "not supported yet" for a value that would change the training; an unknown name gives neither.
ForeignArgument foreignArgument(std::string_view name, const Json& value);
/// All of them as a table, for the docs.
std::string foreignArgumentsMarkdown();

} // namespace fettle
