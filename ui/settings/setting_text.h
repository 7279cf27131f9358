// SPDX-License-Identifier: GPL-3.0-or-later
// Values as they are typed and read: short numbers, what they mean in words, steps up and down, what is wrong with one.
#pragma once

#include "ui/settings/setting_info.h"

#include <QString>
#include <optional>

namespace fettle::ui
{

/// "5e-05" and "0.00005" are "5e-5", "0.10" is "0.1", "3.0" is "3"; anything that is no number stays as it is.
QString shortNumber(const QString& text);
/// A setting's unit, which stands in the plural, as it is behind `number`: "epoch" behind "1".
QString unitBehind(const QString& number, QString unit);
/// Digits in full, without an exponent ("0.0005"), where the text has one; else empty.
QString inFull(const QString& text);
/// A value for people: "5e-5", "off", "not set", "linear".
QString valueInWords(const SettingInfo& setting, const QString& text);
/// What a value means beyond itself, for the field's right half: "= 0.0005", "= never", "= 10 % of the run", or empty.
QString meaning(const SettingInfo& setting, const QString& text);
/// The next round value up (+1) or down (-1), within the setting's limits; the text itself where there is none.
QString stepped(const SettingInfo& setting, const QString& text, int direction);

/// A setting's value put right.
struct SettingFix {
    QString text;  ///< the value
    QString label; ///< "Use 5e-4"
};
/// What is wrong with a value on its own, in words; empty: nothing.
QString settingProblem(const SettingInfo& setting, const QString& text);
/// What to use instead: the nearest value that is allowed, where the bound is one that a person may mean, else what the
/// run has now. None where the text is good.
std::optional<SettingFix> settingFix(const SettingInfo& setting, const QString& text, const QString& now);

} // namespace fettle::ui
