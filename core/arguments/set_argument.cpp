// SPDX-License-Identifier: GPL-3.0-or-later
// Setting arguments from JSON and from text, with every check in words.
#include "core/arguments/argument_fields.h"
#include "core/arguments/choice_options.h"
#include "core/arguments/train_args.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

std::string joinedWords(const std::vector<std::string>& words)
{
    std::string out;
    for (const std::string& word : words)
        if (!word.empty())
            out += (out.empty() ? "" : ", ") + word;
    return out;
}

std::string numberProblem(const ArgumentCheck& check, double value)
{
    const std::string text = shortest(value);
    if (!std::isfinite(value))
        return fmt::format("{} is not a number that can be used.", text);
    if (check.min && (check.minExcluded ? value <= *check.min : value < *check.min))
        return check.minExcluded ? fmt::format("{} is too small: it must be above {}.", text, shortest(*check.min))
                                 : fmt::format("{} is too small: at least {}.", text, shortest(*check.min));
    if (check.max && value > *check.max)
        return fmt::format("{} is too big: at most {}.", text, shortest(*check.max));
    return {};
}

/// JSON of the argument's type from what a person typed; the text itself where it is no such value.
Json jsonFromArgumentText(const ArgumentInfo& info, const std::string& text)
{
    const std::string word = trim(text);
    if (info.type != ArgumentType::Text && (word == "none" || word == "null"))
        return nullptr;
    switch (info.type) {
    case ArgumentType::Real:
        if (const auto value = parseDouble(word))
            return *value;
        break;
    case ArgumentType::Integer:
    case ArgumentType::OptionalInteger:
        if (const auto value = parseInteger(word))
            return *value;
        if (const auto value = parseDouble(word))
            return *value;
        break;
    case ArgumentType::Flag:
        if (word == "true" || word == "false")
            return word == "true";
        break;
    case ArgumentType::Text:
        break;
    }
    return word;
}

/// Of a setting that is a JSON object; none where the value is no such thing.
std::optional<Json> objectFrom(const Json& value)
{
    if (value.is_object())
        return value;
    if (!value.is_string())
        return std::nullopt;
    const std::string text = trim(value.get<std::string>());
    const std::optional<Json> parsed = text.empty() ? Json::object() : tryParseJson(text);
    return parsed && parsed->is_object() ? parsed : std::nullopt;
}

/// As the field keeps it: one line, empty where nothing is said.
std::string objectText(const Json& value)
{
    const Json object = objectFrom(value).value_or(Json::object());
    return object.empty() ? std::string() : jsonText(object);
}

bool isListOfNames(std::string_view name)
{
    return name == "lora_target_modules" || name == "modules_to_save";
}

/// "q_proj,v_proj"; the value itself where it is no list of texts.
Json joinedNames(const Json& list)
{
    std::string names;
    for (const Json& each : list) {
        if (!each.is_string())
            return list;
        names += (names.empty() ? "" : ",") + each.get<std::string>();
    }
    return names;
}

void assignArgument(TrainArgs& arguments, const ArgumentField& field, const Json& value)
{
    struct Assign {
        TrainArgs& arguments;
        const Json& value;
        void operator()(double TrainArgs::*member) const { arguments.*member = value.get<double>(); }
        void operator()(int64_t TrainArgs::*member) const { arguments.*member = value.get<int64_t>(); }
        void operator()(std::optional<int64_t> TrainArgs::*member) const { arguments.*member = value.get<int64_t>(); }
        void operator()(bool TrainArgs::*member) const { arguments.*member = value.get<bool>(); }
        void operator()(std::string TrainArgs::*member) const { arguments.*member = value.get<std::string>(); }
    };
    std::visit(Assign{arguments, value}, field);
}

void resetArgument(TrainArgs& arguments, const ArgumentField& field)
{
    const TrainArgs defaults;
    std::visit([&](auto member) { arguments.*member = defaults.*member; }, field);
}

} // namespace

std::string argumentValueProblem(const ArgumentInfo& info, const Json& value)
{
    switch (info.type) {
    case ArgumentType::Real:
        if (!value.is_number())
            return fmt::format("{} is not a number.", shown(value));
        return numberProblem(info.check, value.get<double>());
    case ArgumentType::Integer:
    case ArgumentType::OptionalInteger:
        if (!value.is_number() || value.get<double>() != std::floor(value.get<double>()))
            return fmt::format("{} is not a whole number.", shown(value));
        return numberProblem(info.check, value.get<double>());
    case ArgumentType::Flag:
        return value.is_boolean() ? "" : fmt::format("{} is neither true nor false.", shown(value));
    case ArgumentType::Text:
        if (info.check.isObject)
            return objectFrom(value) ? "" : fmt::format("{} is no JSON object, as {{\"name\": 1}} is.", shown(value));
        if (!value.is_string())
            return fmt::format("{} is not a text.", shown(value));
        if (const auto& choices = info.check.choices;
            !choices.empty() && std::find(choices.begin(), choices.end(), value.get<std::string>()) == choices.end())
            return fmt::format("{} is not supported yet; it can be: {}.", shown(value), joinedWords(choices));
        return {};
    }
    return {};
}

std::string setArgument(TrainArgs& arguments, std::string_view name, const Json& value)
{
    if (!findArgument(name)) {
        const ForeignArgument foreign = foreignArgument(name, value);
        if (foreign.harmless)
            return foreign.instead.empty() ? "" : fmt::format("{}: {}", name, foreign.instead);
        if (!foreign.newName.empty())
            return setArgument(arguments, foreign.newName, foreign.newValue.empty() ? value : Json(foreign.newValue));
    }
    const FoundArgument found = argumentNamed(name);
    if (value.is_null()) { // transformers' None: what it is when nothing is said
        resetArgument(arguments, found.field);
        return {};
    }
    Json meant = value;
    if (name == "report_to" && value.is_array()) // transformers takes a list as well
        meant = value.empty() ? Json("none") : value.size() == 1 ? value[0] : Json(jsonText(value));
    if (name == "include_num_input_tokens_seen" && value.is_boolean()) // as transformers reads it
        meant = value.get<bool>() ? "all" : "no";
    if (name == "metric_for_best_model" && value.is_string() && value.get<std::string>().starts_with("eval_"))
        meant = value.get<std::string>().substr(5); // as transformers takes it
    if (isListOfNames(name) && value.is_array())    // PEFT takes a list as well
        meant = joinedNames(value);
    if (const std::string problem = argumentValueProblem(found.info, meant); !problem.empty())
        throw badInput(fmt::format("{}: {}", name, problem), {}, std::string(name));
    if (found.info.check.isObject)
        meant = objectText(meant);
    assignArgument(arguments, found.field, meant);
    return {};
}

std::string setArgumentText(TrainArgs& arguments, std::string_view name, const std::string& text)
{
    if (const ArgumentInfo* info = findArgument(name))
        return setArgument(arguments, name, jsonFromArgumentText(*info, text));
    const Json value = text == "none" ? Json(nullptr) : tryParseJson(text).value_or(text);
    const ForeignArgument foreign = foreignArgument(name, value);
    if (foreign.harmless || !foreign.newValue.empty())
        return setArgument(arguments, name, value);
    return setArgumentText(arguments, foreign.newName.empty() ? argumentNamed(name).info.name : foreign.newName, text);
}

Json toJson(const TrainArgs& arguments)
{
    Json object = Json::object();
    for (size_t i = 0; i < argumentTable().size(); ++i)
        std::visit(
            [&](auto member) {
                if constexpr (std::is_same_v<decltype(member), std::optional<int64_t> TrainArgs::*>)
                    object[argumentTable()[i].name] =
                        (arguments.*member).has_value() ? Json(*(arguments.*member)) : Json(nullptr);
                else if constexpr (std::is_same_v<decltype(member), std::string TrainArgs::*>)
                    object[argumentTable()[i].name] =
                        argumentTable()[i].check.isObject
                            ? tryParseJson(arguments.*member).value_or(Json(nullptr))
                            : Json(pathToJson(arguments.*member)); // output_dir; words are as they are
                else
                    object[argumentTable()[i].name] = arguments.*member;
            },
            argumentFields()[i]);
    return object;
}

std::string argumentProblem(const ArgumentInfo& info, const std::string& text)
{
    const Json value = jsonFromArgumentText(info, text);
    if (value.is_null())
        return info.type == ArgumentType::OptionalInteger ? "" : "A value is needed here.";
    if (info.type != ArgumentType::Text && trim(text).empty())
        return "A value is needed here.";
    return argumentValueProblem(info, value);
}

void validateArguments(const TrainArgs& arguments)
{
    for (size_t i = 0; i < argumentTable().size(); ++i) {
        const ArgumentInfo& info = argumentTable()[i];
        if (const std::string problem = argumentProblem(info, argumentText(arguments, info.name)); !problem.empty())
            throw badInput(fmt::format("{}: {}", info.name, problem), {}, info.name);
    }
    if (arguments.max_steps == 0)
        throw badInput("max_steps: 0 steps would do nothing.", "Use -1 for as many as the passes take.", "max_steps");
    for (const ArgumentInfo& info : argumentTable()) {
        const double value =
            info.form.scale == StepScale::Steps ? parseDouble(argumentText(arguments, info.name)).value_or(0) : 0;
        if (value >= 1 && value != std::floor(value))
            throw badInput(fmt::format("{}: {} is neither a whole number of steps nor a share below 1.", info.name,
                                       shortest(value)),
                           {}, info.name);
    }
    requireChoiceOptions(arguments);
    if (arguments.lr_scheduler_type == "reduce_lr_on_plateau" && arguments.eval_strategy == "no")
        throw badInput("lr_scheduler_type: reduce_lr_on_plateau needs checks, but eval_strategy is \"no\".",
                       "Set eval_strategy to steps or epoch.", "lr_scheduler_type");
    if (arguments.load_best_model_at_end && arguments.eval_strategy == "no")
        throw badInput("load_best_model_at_end needs checks, but eval_strategy is \"no\".",
                       "Set eval_strategy to steps or epoch.", "load_best_model_at_end");
    if (arguments.metric_for_best_model == "accuracy" && arguments.prediction_loss_only)
        throw badInput("metric_for_best_model is accuracy, but prediction_loss_only leaves it out.",
                       "Set prediction_loss_only to false.", "metric_for_best_model");
    if (arguments.save_strategy == "best" && arguments.eval_strategy == "no")
        throw badInput("save_strategy is \"best\", but nothing is checked: eval_strategy is \"no\".",
                       "Set eval_strategy to steps or epoch.", "save_strategy");
    if (arguments.early_stopping_patience > 0 && arguments.eval_strategy == "no")
        throw badInput("early_stopping_patience needs checks, but eval_strategy is \"no\".",
                       "Set eval_strategy to steps or epoch.", "early_stopping_patience");
}

} // namespace fettle
