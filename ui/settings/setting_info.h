// SPDX-License-Identifier: GPL-3.0-or-later
// One line of the settings form: every training argument, and those of data and samples that belong beside them.
#pragma once

#include "core/arguments/run_config.h"
#include "core/arguments/train_args.h"

#include <QString>
#include <vector>

namespace fettle::ui
{

/// As ArgumentInfo, in the user's language. `key` is its name: "learning_rate", "data.max_length", ….
struct SettingInfo {
    enum class Place { Basic, Advanced, SavedIn };

    QString key;
    QString shownName; ///< in mono under the label
    Place place = Place::Advanced;
    ArgumentGroup group = ArgumentGroup::Run;
    ArgumentType type = ArgumentType::Text;
    ArgumentCheck check;
    QString unit;
    QString label;
    QString help;
    QString defaultText;
    SettingForm form;
    QString zero, negative; ///< what 0, and a value below it, mean; empty: themselves
    QString blocksLabel;    ///< `label` where rows are joined into blocks; empty: the same

    bool isNumber() const { return type != ArgumentType::Flag && type != ArgumentType::Text; }
    bool isChoice() const { return type == ArgumentType::Text && !check.choices.empty(); }
};

/// The form's lines in its order: every argument, and those of data and samples that stand beside them, exactly once.
const std::vector<SettingInfo>& settingTable();
const SettingInfo* findSetting(const QString& key);
/// How many of a hundred rows are kept aside to check with; stands on the Data page, in no form.
const SettingInfo& validationSetting();
/// "Optimizer and schedule".
QString groupTitle(ArgumentGroup group);

/// The value of a line as text, numbers short ("5e-5"), "none" where not set.
QString settingText(const RunConfig& config, const QString& key);

} // namespace fettle::ui
