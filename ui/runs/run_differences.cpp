// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/run_differences.h"

#include "core/arguments/setting_keys.h"
#include "ui/look/tr.h"
#include "ui/look/words.h"
#include "ui/settings/setting_info.h"
#include "ui/settings/setting_text.h"

#include <algorithm>

namespace fettle::ui
{
namespace
{
bool isSame(const QStringList& values)
{
    return std::all_of(values.begin(), values.end(), [&](const QString& value) { return value == values.front(); });
}

/// Names are short where they tell the runs apart, else places in full.
QStringList namesOrPlaces(const QStringList& names, const QStringList& places)
{
    QStringList unique = names, all = places;
    unique.removeDuplicates();
    all.removeDuplicates();
    return unique.size() == all.size() ? names : places;
}

QStringList modelsOf(const std::vector<const RunConfig*>& runs)
{
    QStringList names, places;
    for (const RunConfig* run : runs) {
        names << QString::fromStdString(ModelReference::parse(run->model).name());
        places << placeText(QString::fromStdString(run->model));
    }
    return namesOrPlaces(names, places);
}

QStringList textsOf(const std::vector<const RunConfig*>& runs)
{
    QStringList names, places;
    for (const RunConfig* run : runs) {
        QStringList runNames, runPlaces;
        for (const std::string& text : run->data.train) {
            runNames << QString::fromStdString(TextReference::parse(text).fileName());
            runPlaces << placeText(QString::fromStdString(text));
        }
        names << runNames.join(QStringLiteral(", "));
        places << runPlaces.join(QStringLiteral(", "));
    }
    return namesOrPlaces(names, places);
}

/// What only an addition has says nothing of a run that trains none.
bool hasNoSay(const ArgumentInfo& info, const RunConfig& run)
{
    return info.group == ArgumentGroup::Lora && info.name != std::string_view(setting_key::lora_r) &&
           run.arguments.lora_r == 0;
}

QString promptsOf(const RunConfig& run)
{
    QStringList prompts;
    for (const std::string& prompt : run.samples.prompts)
        prompts << QString::fromStdString(prompt);
    return prompts.isEmpty() ? QStringLiteral("–") : prompts.join(QStringLiteral(" · "));
}

QString valueOf(const ArgumentInfo& info, const RunConfig& run)
{
    if (hasNoSay(info, run))
        return QStringLiteral("–");
    if (info.name == std::string_view(setting_key::samples::prompts))
        return promptsOf(run);
    const QString key = QString::fromLatin1(info.name), text = settingText(run, key);
    const SettingInfo* setting = findSetting(key);
    if (!setting)
        return info.type == ArgumentType::Flag ? (text == QLatin1String("true") ? tr("on") : tr("off")) : text;
    const QString words = valueInWords(*setting, text);
    const bool isNumber = !words.isEmpty() && (words.front().isDigit() || words.front() == QLatin1Char('-'));
    return isNumber && !setting->unit.isEmpty() ? words + QLatin1Char(' ') + unitBehind(words, setting->unit) : words;
}

void addDifference(std::vector<RunDifference>& found, const ArgumentInfo& info,
                   const std::vector<const RunConfig*>& runs)
{
    QStringList values, told;
    for (const RunConfig* run : runs) {
        values << valueOf(info, *run).replace(QLatin1Char('\n'), QChar(0x21B5));
        if (!hasNoSay(info, *run))
            told << values.back();
    }
    if (told.isEmpty() || isSame(told)) // that one run has none is said once, by the addition's size
        return;
    const QString key = QString::fromLatin1(info.name);
    found.push_back({QCoreApplication::translate("Arguments", info.label), key, values});
}
} // namespace

std::vector<RunDifference> differencesOf(const std::vector<const RunConfig*>& runs)
{
    std::vector<RunDifference> found;
    if (runs.size() < 2)
        return found;
    if (const QStringList models = modelsOf(runs); !isSame(models))
        found.push_back({tr("Model"), QStringLiteral("model"), models});
    if (const QStringList texts = textsOf(runs); !isSame(texts))
        found.push_back({tr("Text"), QString::fromLatin1(setting_key::data::train), texts});
    for (const ArgumentInfo& info : argumentTable())
        if (info.name != std::string_view(setting_key::output_dir))
            addDifference(found, info, runs);
    for (const ArgumentInfo& info : runSettingTable())
        if (info.name != std::string_view(setting_key::data::train))
            addDifference(found, info, runs);
    return found;
}

} // namespace fettle::ui
