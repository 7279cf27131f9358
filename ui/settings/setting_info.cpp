// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/setting_info.h"

#include "ui/settings/setting_text.h"

#include <QCoreApplication>
#include <algorithm>

namespace fettle::ui
{

namespace
{
struct SettingWords {
    Q_DECLARE_TR_FUNCTIONS(fettle::ui::SettingTable)
};

/// Words of train_args.def stand in the translations under this context.
QString translated(const char* text)
{
    return *text == '\0' ? QString() : QCoreApplication::translate("Arguments", text);
}

SettingInfo fromArgument(const ArgumentInfo& info)
{
    SettingInfo setting;
    setting.key = setting.shownName = QString::fromLatin1(info.name);
    setting.place = info.level == ArgumentLevel::Basic ? SettingInfo::Place::Basic : SettingInfo::Place::Advanced;
    if (setting.key == QLatin1String("output_dir"))
        setting.place = SettingInfo::Place::SavedIn;
    setting.group = info.group;
    setting.type = info.type;
    setting.check = info.check;
    setting.unit = translated(info.unit);
    setting.label = translated(info.label);
    setting.help = translated(info.help);
    setting.defaultText = shortNumber(QString::fromStdString(info.defaultText));
    return setting;
}

SettingInfo extra(const char* key, const QString& label, const QString& unit, const QString& help, double min,
                  double max, int64_t value)
{
    SettingInfo setting;
    setting.key = setting.shownName = QString::fromLatin1(key);
    setting.place = SettingInfo::Place::Basic;
    setting.group = ArgumentGroup::Data;
    setting.type = ArgumentType::Integer;
    setting.check.min = min;
    setting.check.max = max;
    setting.unit = unit;
    setting.label = label;
    setting.help = help;
    setting.defaultText = QString::number(value);
    return setting;
}

std::vector<SettingInfo> makeTable()
{
    std::vector<SettingInfo> table;
    for (const ArgumentInfo& info : argumentTable())
        table.push_back(fromArgument(info));
    const auto insertAfter = [&table](const char* key, const SettingInfo& setting) {
        const auto at = std::find_if(table.begin(), table.end(),
                                     [key](const SettingInfo& other) { return other.key == QLatin1String(key); });
        table.insert(at == table.end() ? at : at + 1, setting);
    };
    insertAfter("per_device_train_batch_size",
                extra("max_length", SettingWords::tr("Longest row"), SettingWords::tr("tokens"),
                      SettingWords::tr("Longer rows are cut."), 2, 1048576, DataConfig().maxLength));
    insertAfter("eval_steps", extra("samples.every_steps", SettingWords::tr("Write samples"), SettingWords::tr("steps"),
                                    SettingWords::tr("Every so many steps the model writes what it has learned."), 1,
                                    1000000000, SamplesConfig().everySteps));
    return table;
}
} // namespace

const std::vector<SettingInfo>& settingTable()
{
    static const std::vector<SettingInfo> table = makeTable();
    return table;
}

const SettingInfo* findSetting(const QString& key)
{
    const auto& table = settingTable();
    const auto at =
        std::find_if(table.begin(), table.end(), [&key](const SettingInfo& setting) { return setting.key == key; });
    return at == table.end() ? nullptr : &*at;
}

const SettingInfo& validationSetting()
{
    static const SettingInfo setting = [] {
        SettingInfo made = extra(
            "data.validation", SettingWords::tr("Kept aside to check"), SettingWords::tr("% of rows"),
            SettingWords::tr("The model never learns from these rows; their loss shows whether it learns by heart."), 0,
            90, 0);
        made.type = ArgumentType::Real;
        return made;
    }();
    return setting;
}

QString groupTitle(ArgumentGroup group)
{
    switch (group) {
    case ArgumentGroup::Run:
        return SettingWords::tr("The run");
    case ArgumentGroup::Optimizer:
        return SettingWords::tr("Optimizer and schedule");
    case ArgumentGroup::Evaluation:
        return SettingWords::tr("Checking");
    case ArgumentGroup::Checkpoints:
        return SettingWords::tr("Saving and logging");
    case ArgumentGroup::Machine:
        return SettingWords::tr("Machine");
    case ArgumentGroup::Data:
        return SettingWords::tr("Data");
    }
    return {};
}

QString settingText(const RunConfig& config, const QString& key)
{
    if (key == QLatin1String("max_length"))
        return QString::number(config.data.maxLength);
    if (key == QLatin1String("samples.every_steps"))
        return QString::number(config.samples.everySteps);
    const std::string name = key.toStdString();
    const ArgumentInfo* info = findArgument(name);
    if (info == nullptr)
        return {};
    const QString text = QString::fromStdString(argumentText(config.arguments, name));
    return info->type == ArgumentType::Real ? shortNumber(text) : text;
}

} // namespace fettle::ui
