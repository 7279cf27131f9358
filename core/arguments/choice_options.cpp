// SPDX-License-Identifier: GPL-3.0-or-later
// Names, defaults and limits of schedules are those of transformers' functions of optimization.py and, for
// reduce_lr_on_plateau, of torch's ReduceLROnPlateau; of optimizers, those of torch.optim that Trainer hands on.
#include "core/arguments/choice_options.h"

#include "core/arguments/argument_fields.h"
#include "core/arguments/setting_columns.h"
#include "core/arguments/setting_keys.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr double mostSteps = 1'000'000'000;

std::vector<ChoiceOption> makeScheduleOptions()
{
    using namespace setting_columns;
    const auto of = [](const char* words) { return split(words, ' '); };
    constexpr ArgumentType Real = ArgumentType::Real, Integer = ArgumentType::Integer, Text = ArgumentType::Text;
    const std::vector<std::string> lowest = of("cosine_with_min_lr cosine_warmup_with_min_lr");
    const std::vector<std::string> stable = of("warmup_stable_decay"), plateau = of("reduce_lr_on_plateau");
    return {
        {of("cosine cosine_with_min_lr cosine_warmup_with_min_lr warmup_stable_decay"), Real, "num_cycles",
         aboveUpTo(0, 1000), "0.5", "waves of the cosine: 0.5 falls once"},
        {of("cosine_with_restarts"), Real, "num_cycles", aboveUpTo(0, 1000), "1", "how often it falls from the top"},
        {of("polynomial"), Real, "power", between(0, 100), "1", "above 1 falls fast at first"},
        {of("polynomial"), Real, "lr_end", between(0, 0.1), "1e-7", "the rate at the end"},
        {of("inverse_sqrt"), Integer, "timescale", between(1, mostSteps), "the warm-up, else 10000",
         "after three times so many steps the rate is half"},
        {lowest, Real, "min_lr", between(0, 0.1), "", "the lowest rate; this or min_lr_rate is needed"},
        {lowest, Real, "min_lr_rate", between(0, 1), "", "the same as a share of learning_rate"},
        {of("cosine_warmup_with_min_lr"), Real, "warmup_lr_rate", between(0, 1), "one step of the warm-up",
         "the first rate, as a share of learning_rate"},
        {stable, Integer, "num_decay_steps", between(0, mostSteps), "", "steps in which it falls, needed"},
        {stable, Integer, "num_stable_steps", between(0, mostSteps), "all that are left",
         "steps between warm-up and fall"},
        {stable, Text, "warmup_type", oneOf("linear cosine 1-sqrt"), "linear", "how it rises"},
        {stable, Text, "decay_type", oneOf("linear cosine 1-sqrt"), "cosine", "how it falls"},
        {stable, Real, "min_lr_ratio", between(0, 1), "0", "the lowest rate, as a share of learning_rate"},
        {plateau, Real, "factor", between(0, 0.999999), "0.1", "what the rate is multiplied by"},
        {plateau, Integer, "patience", between(0, 1'000'000), "10", "checks without gain that are waited for"},
        {plateau, Real, "threshold", between(0, 1'000'000), "1e-4", "the least gain that counts"},
        {plateau, Text, "threshold_mode", oneOf("rel abs"), "rel", "rel: a share of the best loss"},
        {plateau, Integer, "cooldown", between(0, 1'000'000), "0", "checks that are not counted after a fall"},
        {plateau, Real, "min_lr", between(0, 0.1), "0", "the lowest rate"},
        {plateau, Real, "eps", between(0, 0.1), "1e-8", "a smaller fall is left out"},
        {plateau, Text, "mode", oneOf("min max"), "min", "max: a higher loss is a gain"},
    };
}

std::vector<ChoiceOption> makeOptimizerOptions()
{
    using namespace setting_columns;
    constexpr ArgumentType Real = ArgumentType::Real, Flag = ArgumentType::Flag;
    const std::vector<std::string> sgd{"sgd"}, adagrad{"adagrad"}, rmsprop{"rmsprop"};
    return {
        {sgd, Real, "momentum", between(0, 0.999999), "0", "how much of the last direction is kept"},
        {sgd, Real, "dampening", between(0, 1), "0", "so much of the new direction is left out"},
        {sgd, Flag, "nesterov", anything(), "false", "looks ahead along the momentum"},
        {adagrad, Real, "lr_decay", between(0, 1'000'000), "0", "the rate is divided by 1 + lr_decay x steps"},
        {adagrad, Real, "eps", between(0, 1), "1e-10", "keeps the division in bounds"},
        {rmsprop, Real, "alpha", between(0, 0.9999999), "0.99", "memory of the gradient's size"},
        {rmsprop, Real, "eps", between(0, 1), "1e-8", "keeps the division in bounds"},
        {rmsprop, Real, "momentum", between(0, 0.999999), "0", "how much of the last correction is kept"},
        {rmsprop, Flag, "centered", anything(), "false", "measures the size around the mean"},
    };
}

/// What is wrong with the value, in words; empty: nothing.
std::string problemOf(const ChoiceOption& option, const Json& value)
{
    return argumentValueProblem({ArgumentGroup::Optimizer,
                                 ArgumentLevel::Advanced,
                                 option.type,
                                 option.name,
                                 option.check,
                                 {},
                                 "",
                                 "",
                                 "",
                                 {},
                                 ""},
                                value);
}

const ChoiceOption* findOption(const std::vector<const ChoiceOption*>& options, const std::string& name)
{
    const auto found =
        std::find_if(options.begin(), options.end(), [&](const ChoiceOption* option) { return name == option->name; });
    return found == options.end() ? nullptr : *found;
}

void requireKnown(const char* setting, const std::string& choice, const std::vector<const ChoiceOption*>& options,
                  const Json& said)
{
    std::string names;
    for (const ChoiceOption* option : options)
        names += (names.empty() ? "" : ", ") + std::string(option->name);
    for (const auto& [name, value] : said.items()) {
        const ChoiceOption* option = findOption(options, name);
        if (option == nullptr)
            throw badInput(fmt::format("{}: {} has no \"{}\"", setting, choice, shown(name)),
                           names.empty() ? fmt::format("Leave {} out: {} takes no options.", setting, choice)
                                         : fmt::format("It has: {}.", names),
                           setting);
        if (const std::string problem = value.is_null() ? "" : problemOf(*option, value); !problem.empty())
            throw badInput(fmt::format("{}: {}: {}", setting, name, problem), {}, setting);
    }
}

Json saidOfSchedule(const TrainArgs& arguments)
{
    const std::optional<Json> said = tryParseJson(arguments.lr_scheduler_kwargs);
    return said && said->is_object() ? *said : Json::object();
}

/// As transformers takes them apart: spaces count for nothing. `problem`, unless null, takes the part that is none.
Json saidOfOptimizer(const TrainArgs& arguments, std::string* problem = nullptr)
{
    Json said = Json::object();
    std::string text = arguments.optim_args;
    std::erase(text, ' ');
    if (text.empty())
        return said;
    for (const std::string& part : split(text, ',')) {
        const size_t equals = part.find('=');
        if (equals == std::string::npos || equals == 0 || part.find('=', equals + 1) != std::string::npos) {
            if (problem != nullptr)
                *problem = part;
            continue;
        }
        const std::string value = part.substr(equals + 1);
        const std::string low = lowered(value);
        const std::string name = part.substr(0, equals);
        const ChoiceOption* option = findOption(optionsOf(optimizerOptionTable(), arguments.optim), name);
        if (option != nullptr && option->type == ArgumentType::Flag && (low == "true" || low == "1" || low == "yes"))
            said[name] = true;
        else if (option != nullptr && option->type == ArgumentType::Flag &&
                 (low == "false" || low == "0" || low == "no"))
            said[name] = false;
        else if (const auto number = parseDouble(value))
            said[name] = *number;
        else
            said[name] = value;
    }
    return said;
}

ChoiceOptions readOptions(const std::vector<const ChoiceOption*>& options, const Json& said)
{
    ChoiceOptions read;
    for (const auto& [name, value] : said.items()) {
        const ChoiceOption* option = findOption(options, name);
        if (option == nullptr || value.is_null() || !problemOf(*option, value).empty())
            continue;
        if (option->type == ArgumentType::Text)
            read.words[name] = value.get<std::string>();
        else if (option->type == ArgumentType::Flag)
            read.numbers[name] = value.get<bool>() ? 1 : 0;
        else
            read.numbers[name] = value.get<double>();
    }
    return read;
}

/// What transformers refuses of a schedule besides.
void requireWholeSchedule(const TrainArgs& arguments, const ChoiceOptions& said)
{
    const char* setting = setting_key::lr_scheduler_kwargs;
    const std::string& kind = arguments.lr_scheduler_type;
    const bool lowest = kind == "cosine_with_min_lr" || kind == "cosine_warmup_with_min_lr";
    if (lowest && !said.number("min_lr") && !said.number("min_lr_rate"))
        throw badInput(fmt::format("lr_scheduler_kwargs: {} needs min_lr or min_lr_rate", kind),
                       "For example {\"min_lr_rate\": 0.1}: it falls to a tenth of learning_rate.", setting);
    if (lowest && said.number("min_lr") && said.number("min_lr_rate"))
        throw badInput("lr_scheduler_kwargs: min_lr and min_lr_rate say the same thing twice", "Leave one of them out.",
                       setting);
    if (kind == "warmup_stable_decay" && !said.number("num_decay_steps"))
        throw badInput("lr_scheduler_kwargs: warmup_stable_decay needs num_decay_steps",
                       "For example {\"num_decay_steps\": 100}: it falls in the last hundred steps.", setting);
    if (kind == "polynomial" && said.number("lr_end", 1e-7) >= arguments.learning_rate)
        throw badInput(fmt::format("lr_scheduler_kwargs: lr_end ({}) is not below the learning rate ({})",
                                   shortest(said.number("lr_end", 1e-7)), shortest(arguments.learning_rate)),
                       "polynomial falls to lr_end: set a smaller one, or a higher learning_rate.", setting);
}

void requireOptimizerOptions(const TrainArgs& arguments)
{
    const char* setting = setting_key::optim_args;
    std::string odd;
    const Json said = saidOfOptimizer(arguments, &odd);
    if (!odd.empty())
        throw badInput(fmt::format("optim_args: \"{}\" is not of the form key=value", shown(odd)),
                       "For example momentum=0.9,nesterov=true", setting);
    if (said.contains("weight_decay"))
        throw badInput("optim_args: weight_decay is a setting of its own, which counts for every optimizer",
                       "Set weight_decay.", setting);
    requireKnown(setting, arguments.optim, optionsOf(optimizerOptionTable(), arguments.optim), said);
    const ChoiceOptions options = optimizerOptions(arguments);
    if (options.flag("nesterov", false) && (options.number("momentum", 0) == 0 || options.number("dampening", 0) != 0))
        throw badInput("optim_args: nesterov needs a momentum and no dampening",
                       "For example momentum=0.9,nesterov=true", setting);
}

} // namespace

std::vector<const ChoiceOption*> optionsOf(const std::vector<ChoiceOption>& table, const std::string& choice)
{
    std::vector<const ChoiceOption*> found;
    for (const ChoiceOption& option : table)
        if (std::find(option.choices.begin(), option.choices.end(), choice) != option.choices.end())
            found.push_back(&option);
    return found;
}

const std::vector<ChoiceOption>& optimizerOptionTable()
{
    static const std::vector<ChoiceOption> table = makeOptimizerOptions();
    return table;
}

const std::vector<ChoiceOption>& scheduleOptionTable()
{
    static const std::vector<ChoiceOption> table = makeScheduleOptions();
    return table;
}

std::optional<double> ChoiceOptions::number(const char* name) const
{
    const auto found = numbers.find(name);
    return found == numbers.end() ? std::nullopt : std::optional(found->second);
}

std::string ChoiceOptions::word(const char* name, const std::string& fallback) const
{
    const auto found = words.find(name);
    return found == words.end() ? fallback : found->second;
}

ChoiceOptions scheduleOptions(const TrainArgs& arguments)
{
    if (arguments.lr_scheduler_kwargs.empty())
        return {};
    return readOptions(optionsOf(scheduleOptionTable(), arguments.lr_scheduler_type), saidOfSchedule(arguments));
}

ChoiceOptions optimizerOptions(const TrainArgs& arguments)
{
    if (arguments.optim_args.empty())
        return {};
    return readOptions(optionsOf(optimizerOptionTable(), arguments.optim), saidOfOptimizer(arguments));
}

void requireChoiceOptions(const TrainArgs& arguments)
{
    requireOptimizerOptions(arguments);
    requireKnown(setting_key::lr_scheduler_kwargs, arguments.lr_scheduler_type,
                 optionsOf(scheduleOptionTable(), arguments.lr_scheduler_type), saidOfSchedule(arguments));
    requireWholeSchedule(arguments, scheduleOptions(arguments));
}

} // namespace fettle
