// SPDX-License-Identifier: GPL-3.0-or-later
// Options that one choice of another setting has and others have not: those of a schedule, in
// lr_scheduler_kwargs, and those of an optimizer, in optim_args.
#pragma once

#include "core/arguments/train_args.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

struct ChoiceOption {
    std::vector<std::string> choices; ///< that have it
    ArgumentType type;
    const char* name; ///< transformers'
    ArgumentCheck check;
    const char* defaultWords;
    const char* help;
};

/// Of every schedule, of every optimizer.
const std::vector<ChoiceOption>& scheduleOptionTable();
const std::vector<ChoiceOption>& optimizerOptionTable();
/// Those that `choice` has.
std::vector<const ChoiceOption*> optionsOf(const std::vector<ChoiceOption>& table, const std::string& choice);

/// What was said of the chosen one's options.
struct ChoiceOptions {
    std::map<std::string, double> numbers;
    std::map<std::string, std::string> words;

    std::optional<double> number(const char* name) const;
    double number(const char* name, double fallback) const { return number(name).value_or(fallback); }
    std::string word(const char* name, const std::string& fallback) const;
    bool flag(const char* name, bool fallback) const { return number(name, fallback ? 1 : 0) != 0; }
};

/// What lr_scheduler_kwargs says that the schedule has. Never throws: what does not fit is left out, and is for
/// requireChoiceOptions() to refuse.
ChoiceOptions scheduleOptions(const TrainArgs& arguments);
/// The same of optim_args, "key=value,key=value", and the optimizer.
ChoiceOptions optimizerOptions(const TrainArgs& arguments);
/// Throws BadInput for an option that the chosen one has not or that is missing, and for a value that cannot be.
void requireChoiceOptions(const TrainArgs& arguments);

} // namespace fettle
