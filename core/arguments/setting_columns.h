// SPDX-License-Identifier: GPL-3.0-or-later
// The words of the check and form columns of train_args.def and run_settings.def, for the files that read them.
#pragma once

#include "core/arguments/train_args.h"
#include "core/base/text.h"

namespace fettle::setting_columns
{

inline ArgumentCheck atLeast(double low)
{
    return {low, std::nullopt, false, {}};
}
inline ArgumentCheck aboveUpTo(double low, double high)
{
    return {low, high, true, {}};
}
inline ArgumentCheck between(double low, double high)
{
    return {low, high, false, {}};
}
inline ArgumentCheck oneOf(const char* words)
{
    return {std::nullopt, std::nullopt, false, split(words, ' ')};
}
inline ArgumentCheck jsonObject()
{
    return {std::nullopt, std::nullopt, false, {}, true};
}
inline ArgumentCheck anything()
{
    return {};
}

inline SettingForm words()
{
    return {};
}
inline SettingForm series()
{
    return {StepScale::Series};
}
inline SettingForm counts()
{
    return {StepScale::Counts};
}
inline SettingForm doubling()
{
    return {StepScale::Doubling};
}
inline SettingForm ones()
{
    return {StepScale::Ones};
}
inline SettingForm nearOne()
{
    return {StepScale::NearOne};
}
inline SettingForm shares()
{
    return {StepScale::Shares};
}
inline SettingForm steps()
{
    return {StepScale::Steps};
}
inline SettingForm lengths()
{
    return {StepScale::Lengths};
}
inline SettingForm percent()
{
    return {StepScale::Percent};
}

} // namespace fettle::setting_columns
