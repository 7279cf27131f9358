// SPDX-License-Identifier: GPL-3.0-or-later
// Checks of a run file, the texts it names and the folder of a new run.
#include "core/arguments/run_config_checks.h"

#include "core/arguments/setting_keys.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

void requireInRange(const RunConfig& config, const ArgumentInfo& info)
{
    const auto value = parseDouble(runSettingText(config, info.name));
    if (!value || info.type == ArgumentType::Text)
        return;
    if (info.check.min && !(*value >= *info.check.min))
        throw badInput(
            fmt::format("{}: {} is too small: at least {}.", info.name, shortest(*value), shortest(*info.check.min)),
            {}, info.name);
    if (info.check.max && *value > *info.check.max)
        throw badInput(
            fmt::format("{}: {} is too big: at most {}.", info.name, shortest(*value), shortest(*info.check.max)), {},
            info.name);
}

/// A name for the run's folder, from the text it learns: letters, digits, dots and dashes only.
std::string dataName(const RunConfig& config)
{
    std::string name = "run";
    if (!config.data.train.empty()) {
        const TextReference first = TextReference::parse(config.data.train.front());
        name = fs::path(first.fileName()).stem().string();
    }
    for (char& c : name)
        if (c == '/' || c == '\\' || c == ' ' || static_cast<unsigned char>(c) < 32)
            c = '-';
    return name.empty() || name.front() == '.' ? "run" : name;
}

} // namespace

void validateRunConfig(const RunConfig& config)
{
    if (config.model.empty())
        throw badInput("no model is named", "Set \"model\": a folder, bundled:NAME or random:FOLDER.", "model");
    if (config.data.train.empty())
        throw badInput("no text is named", "Set \"data\": {\"train\": …}.", "data");
    if (!config.objective.empty() && config.objective != "causal" && config.objective != "masked")
        throw badInput(config.objective == "completion"
                           ? "\"objective\": \"completion\" is that of a causal model whose rows have an answer"
                           : fmt::format("\"objective\" must be causal or masked, not \"{}\"", config.objective),
                       config.objective == "completion"
                           ? "Leave it out, and name the columns: \"data\": {\"prompt\": …, \"completion\": …}."
                           : "Leave it out to take what the model is.",
                       "objective");
    for (const std::string& reference : config.data.train)
        resolveText(reference);
    if (!config.data.validation.empty())
        resolveKeptAside(config.data.validation);
    validateSettings(config);
}

void requireOneText(const DataConfig& data)
{
    if (data.prompt.empty() != data.completion.empty())
        throw badInput(data.prompt.empty() ? "data.completion names the answer, and nothing names what it answers."
                                           : "data.prompt names the question, and nothing names its answer.",
                       "Set both, data.prompt and data.completion.",
                       data.prompt.empty() ? setting_key::data::prompt : setting_key::data::completion);
    const bool hasAnswers = !data.completion.empty();
    const char* second = hasAnswers ? "data.prompt" : "data.template";
    if (hasAnswers && !data.templateText.empty())
        throw badInput("data.template and data.prompt both say what a row's text is.", "Leave one of them out.",
                       setting_key::data::templateText);
    if (!data.column.empty() && (hasAnswers || !data.templateText.empty()))
        throw badInput(fmt::format("data.column and {} both say what a row's text is.", second),
                       "Leave one of them out.", setting_key::data::column);
}

void validateSettings(const RunConfig& config)
{
    requireOneText(config.data);
    for (const ArgumentInfo& info : runSettingTable())
        requireInRange(config, info);
    validateArguments(config.arguments);
    const bool keepsRowsAside = !config.data.validation.empty() || config.data.validationFraction > 0;
    if (!keepsRowsAside && config.arguments.save_strategy == "best")
        throw badInput("save_strategy: best needs rows kept aside, and there are none.",
                       "Set \"data\": {\"validation\": 0.05}.", "save_strategy");
    if (!keepsRowsAside && config.arguments.load_best_model_at_end)
        throw badInput("load_best_model_at_end needs rows kept aside, and there are none.",
                       "Set \"data\": {\"validation\": 0.05}.", "load_best_model_at_end");
    if (!keepsRowsAside && config.arguments.lr_scheduler_type == "reduce_lr_on_plateau")
        throw badInput("lr_scheduler_type: reduce_lr_on_plateau needs rows kept aside, and there are none.",
                       "Set \"data\": {\"validation\": 0.05}.", "lr_scheduler_type");
    if (!keepsRowsAside && config.arguments.early_stopping_patience > 0)
        throw badInput("early_stopping_patience needs rows kept aside, and there are none.",
                       "Set \"data\": {\"validation\": 0.05}.", "early_stopping_patience");
    if (!keepsRowsAside && !config.arguments.eval_strategy.empty() && config.arguments.eval_strategy != "no")
        throw badInput("eval_strategy asks for checks, but no rows are kept aside.",
                       "Set \"data\": {\"validation\": 0.05}.", "eval_strategy");
}

std::filesystem::path defaultRunsFolder()
{
    return expandUser("~/Fettle");
}

std::filesystem::path newRunFolder(const RunConfig& config)
{
    const fs::path root = defaultRunsFolder();
    const std::string name = dataName(config);
    for (int number = 1;; ++number) {
        fs::path folder = root / fmt::format("{}-{}", name, number);
        if (!fs::exists(folder))
            return folder;
    }
}

} // namespace fettle
