// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/setting_info.h"

#include "core/arguments/setting_keys.h"
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

SettingInfo::Place placeOf(ArgumentLevel level)
{
    switch (level) {
    case ArgumentLevel::Basic:
        return SettingInfo::Place::Basic;
    case ArgumentLevel::SavedIn:
        return SettingInfo::Place::SavedIn;
    case ArgumentLevel::Advanced:
    case ArgumentLevel::Elsewhere:
        break;
    }
    return SettingInfo::Place::Advanced;
}

SettingInfo fromTable(const ArgumentInfo& info)
{
    constexpr QLatin1String dataRoom("data.");
    SettingInfo setting;
    setting.key = QString::fromLatin1(info.name);
    setting.shownName = setting.key.startsWith(dataRoom) ? setting.key.mid(dataRoom.size()) : setting.key;
    setting.place = placeOf(info.level);
    setting.group = info.group;
    setting.type = info.type;
    setting.check = info.check;
    setting.unit = translated(info.unit);
    setting.label = translated(info.label);
    setting.help = translated(info.help);
    setting.defaultText = shortNumber(QString::fromStdString(info.defaultText));
    setting.form = info.form;
    setting.zero = translated(info.form.zero);
    setting.negative = translated(info.form.negative);
    setting.blocksLabel = translated(info.form.blocks);
    return setting;
}

std::vector<SettingInfo> makeTable()
{
    std::vector<SettingInfo> table;
    for (const ArgumentInfo& info : argumentTable())
        table.push_back(fromTable(info));
    for (const ArgumentInfo& info : runSettingTable()) {
        if (info.level == ArgumentLevel::Elsewhere)
            continue;
        const auto before = std::find_if(table.begin(), table.end(), [&info](const SettingInfo& other) {
            return other.key == QLatin1String(info.form.after);
        });
        table.insert(before == table.end() ? before : before + 1, fromTable(info));
    }
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
        SettingInfo made = fromTable(*findRunSetting(setting_key::data::validation));
        *made.check.max *= 100; // a share there, of a hundred here
        made.defaultText = QStringLiteral("0");
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
    case ArgumentGroup::Lora:
        return SettingWords::tr("A small addition instead of the model (LoRA)");
    case ArgumentGroup::Machine:
        return SettingWords::tr("Machine");
    case ArgumentGroup::Data:
        return SettingWords::tr("Data");
    }
    return {};
}

QString settingText(const RunConfig& config, const QString& key)
{
    const std::string name = key.toStdString();
    const ArgumentInfo* info = findRunSetting(name);
    if (info == nullptr)
        return {};
    const QString text = QString::fromStdString(runSettingText(config, name));
    return info->type == ArgumentType::Real ? shortNumber(text) : text;
}

} // namespace fettle::ui
