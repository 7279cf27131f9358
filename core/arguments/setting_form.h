// SPDX-License-Identifier: GPL-3.0-or-later
// How a form shows a setting, as the form column of train_args.def and run_settings.def says it.
#pragma once

namespace fettle
{

enum class StepScale {
    None,
    Series,   ///< 1, 2, 5, 10, 20, … and 0.5, 0.2, 0.1, …
    Counts,   ///< by ones when small, by round numbers when big
    Doubling, ///< powers of two
    Ones,     ///< by ones; below one as Series
    NearOne,  ///< nearer and nearer to one: 0.9, 0.95, 0.98, 0.99
    Shares,   ///< by 0.05
    Steps,    ///< Counts; between 0 and 1 a share of the run, as Series
    Lengths,  ///< of rows: by 8, 32, 128
    Percent,  ///< Counts; below one nothing
};

struct SettingForm {
    StepScale scale = StepScale::None;
    const char* zero = "";      ///< what 0 means ("never"); empty: itself
    const char* negative = "";  ///< what a value below 0 means
    const char* blocks = "";    ///< its label where rows are joined into blocks
    const char* insteadOf = ""; ///< what to offer where a value is above the limit; empty: the limit
    const char* after = "";     ///< the setting that the form shows before it; empty: as in the list
    bool changesText = false;   ///< which tokens are read, hidden or counted
    bool fitsContext = false;   ///< no more than the model reads

    SettingForm zeroIs(const char* words) const { return with(&SettingForm::zero, words); }
    SettingForm negativeIs(const char* words) const { return with(&SettingForm::negative, words); }
    SettingForm ofBlocks(const char* label) const { return with(&SettingForm::blocks, label); }
    SettingForm tooBigIs(const char* value) const { return with(&SettingForm::insteadOf, value); }
    SettingForm comesAfter(const char* name) const { return with(&SettingForm::after, name); }
    SettingForm readsText() const { return with(&SettingForm::changesText, true); }
    SettingForm withinContext() const { return with(&SettingForm::fitsContext, true); }

private:
    template <typename Value>
    SettingForm with(Value SettingForm::*member, Value value) const
    {
        SettingForm form = *this;
        form.*member = value;
        return form;
    }
};

} // namespace fettle
