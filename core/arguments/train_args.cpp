// SPDX-License-Identifier: GPL-3.0-or-later
// The table of train_args.def, made once.
#include "core/arguments/train_args.h"

#include "core/arguments/argument_fields.h"
#include "core/arguments/setting_columns.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <fmt/format.h>

namespace fettle
{

namespace
{

const char* typeWords(ArgumentType type)
{
    switch (type) {
    case ArgumentType::Real:
        return "number";
    case ArgumentType::Integer:
        return "whole number";
    case ArgumentType::OptionalInteger:
        return "whole number or null";
    case ArgumentType::Flag:
        return "true or false";
    case ArgumentType::Text:
        return "text";
    }
    return "";
}

std::vector<ArgumentInfo> makeArgumentTable()
{
    using namespace setting_columns;
    std::vector<ArgumentInfo> table = {
#define FETTLE_ARGUMENT(Group, Level, Type, name, value, check, form, unit, label, help)                               \
    {                                                                                                                  \
        ArgumentGroup::Group,                                                                                          \
        ArgumentLevel::Level,                                                                                          \
        ArgumentType::Type,                                                                                            \
        #name,                                                                                                         \
        check,                                                                                                         \
        form,                                                                                                          \
        unit,                                                                                                          \
        label,                                                                                                         \
        help,                                                                                                          \
        {},                                                                                                            \
        typeWords(ArgumentType::Type)},
#include "core/arguments/train_args.def"
#undef FETTLE_ARGUMENT
    };
    return table;
}

} // namespace

const std::vector<ArgumentField>& argumentFields()
{
    static const std::vector<ArgumentField> fields = {
#define FETTLE_ARGUMENT(Group, Level, Type, name, value, check, form, unit, label, help) &TrainArgs::name,
#include "core/arguments/train_args.def"
#undef FETTLE_ARGUMENT
    };
    return fields;
}

namespace
{

std::string fieldText(const TrainArgs& arguments, const ArgumentField& field)
{
    struct ToText {
        const TrainArgs& arguments;
        std::string operator()(double TrainArgs::*member) const { return shortest(arguments.*member); }
        std::string operator()(int64_t TrainArgs::*member) const { return fmt::format("{}", arguments.*member); }
        std::string operator()(std::optional<int64_t> TrainArgs::*member) const
        {
            const auto& value = arguments.*member;
            return value ? fmt::format("{}", *value) : "none";
        }
        std::string operator()(bool TrainArgs::*member) const { return arguments.*member ? "true" : "false"; }
        std::string operator()(std::string TrainArgs::*member) const { return arguments.*member; }
    };
    return std::visit(ToText{arguments}, field);
}

} // namespace

const std::vector<ArgumentInfo>& argumentTable()
{
    static const std::vector<ArgumentInfo> table = [] {
        std::vector<ArgumentInfo> made = makeArgumentTable();
        const TrainArgs defaults;
        for (size_t i = 0; i < made.size(); ++i)
            made[i].defaultText = fieldText(defaults, argumentFields()[i]);
        return made;
    }();
    return table;
}

const ArgumentInfo* findArgument(std::string_view name)
{
    for (const ArgumentInfo& info : argumentTable())
        if (name == info.name)
            return &info;
    return nullptr;
}

FoundArgument argumentNamed(std::string_view name)
{
    const std::vector<ArgumentInfo>& table = argumentTable();
    for (size_t i = 0; i < table.size(); ++i)
        if (name == table[i].name)
            return {table[i], argumentFields()[i]};
    std::vector<std::string> known;
    for (const ArgumentInfo& info : table)
        known.emplace_back(info.name);
    const auto nearest = nearestName(name, known);
    throw badInput(fmt::format("there is no argument \"{}\"", name),
                   nearest ? fmt::format("Did you mean \"{}\"?", *nearest) : "fettle-cli train --help lists them all.",
                   std::string(name));
}

std::string argumentText(const TrainArgs& arguments, std::string_view name)
{
    return fieldText(arguments, argumentNamed(name).field);
}

} // namespace fettle
