// SPDX-License-Identifier: GPL-3.0-or-later
// The page of all arguments, written from the table.
#include "core/arguments/argument_fields.h"
#include "core/arguments/choice_options.h"
#include "core/arguments/run_config.h"
#include "core/base/text.h"

#include <fmt/format.h>

namespace fettle
{

namespace
{

const char* groupTitle(ArgumentGroup group)
{
    switch (group) {
    case ArgumentGroup::Run:
        return "Run";
    case ArgumentGroup::Optimizer:
        return "Optimizer and schedule";
    case ArgumentGroup::Evaluation:
        return "Evaluation";
    case ArgumentGroup::Checkpoints:
        return "Checkpoints and logging";
    case ArgumentGroup::Lora:
        return "A small addition instead of the model (LoRA)";
    case ArgumentGroup::Machine:
        return "Memory and speed";
    case ArgumentGroup::Data:
        return "Data";
    }
    return "";
}

std::string rangeWords(const ArgumentCheck& check)
{
    std::string choices;
    for (const std::string& choice : check.choices)
        if (!choice.empty())
            choices += (choices.empty() ? "`" : ", `") + choice + "`";
    if (!choices.empty())
        return choices;
    if (check.min && check.max && check.minExcluded)
        return fmt::format("above {}, up to {}", shortest(*check.min), shortest(*check.max));
    if (check.min && check.max)
        return fmt::format("{} to {}", shortest(*check.min), shortest(*check.max));
    if (check.min)
        return shortest(*check.min) + " or more";
    return {};
}

constexpr const char* tableHead = "\n| argument | type | default | can be | what it does |\n|---|---|---|---|---|\n";

std::string row(const ArgumentInfo& info)
{
    return fmt::format("| `{}` | {} | {} | {} | **{}.** {} |\n", info.name,
                       info.check.isObject ? "JSON object or null" : info.typeWords,
                       info.defaultText.empty() ? "empty" : "`" + info.defaultText + "`", rangeWords(info.check),
                       info.label, info.help);
}

std::string optionTable(const std::vector<ChoiceOption>& options)
{
    std::string out = "\n| of | option | default | can be | what it says |\n|---|---|---|---|---|\n";
    for (const ChoiceOption& option : options) {
        std::string of;
        for (const std::string& choice : option.choices)
            of += (of.empty() ? "`" : ", `") + choice + "`";
        out += fmt::format("| {} | `{}` | {} | {} | {} |\n", of, option.name, option.defaultWords,
                           rangeWords(option.check), option.help);
    }
    return out;
}

} // namespace

std::string argumentsMarkdown()
{
    std::string out =
        "# Training arguments\n\nThe keys of `arguments` in a run file; names and defaults are those of "
        "transformers' `TrainingArguments` wherever it has one. Written from `core/arguments/train_args.def`.\n";
    for (const ArgumentGroup group :
         {ArgumentGroup::Run, ArgumentGroup::Optimizer, ArgumentGroup::Evaluation, ArgumentGroup::Checkpoints,
          ArgumentGroup::Lora, ArgumentGroup::Machine, ArgumentGroup::Data}) {
        out += fmt::format("\n## {}\n{}", groupTitle(group), tableHead);
        for (const ArgumentInfo& info : argumentTable())
            if (info.group == group)
                out += row(info);
        if (group == ArgumentGroup::Optimizer)
            out += "\nWhat `lr_scheduler_kwargs` can say; a schedule that is not named here takes no options.\n" +
                   optionTable(scheduleOptionTable()) +
                   "\nWhat `optim_args` can say, as `key=value,key=value`; other optimizers take no options.\n" +
                   optionTable(optimizerOptionTable());
    }
    out += "\n# Text and samples\n\nThe keys of `data` and `samples` in a run file. Written from "
           "`core/arguments/run_settings.def`.\n" +
           std::string(tableHead);
    for (const ArgumentInfo& info : runSettingTable())
        out += row(info);
    return out + foreignArgumentsMarkdown();
}

} // namespace fettle
