// SPDX-License-Identifier: GPL-3.0-or-later
// How the model learns: presets, the form of all settings, and beside it what the run will take.
#pragma once

#include "core/base/model_facts.h"
#include "ui/bench/problem.h"
#include "ui/parts/page.h"
#include "ui/settings/settings_form.h"

#include <map>

namespace fettle::ui
{

class FloatingNotice;
class ForecastCard;
class Label;
class LearnerChoice;
class MainSideSplit;
class PresetBar;
struct PresetBasis;
class Workbench;

class SettingsPage : public Page
{
    Q_OBJECT

public:
    SettingsPage(Workbench& workbench, QWidget* parent);

    void refresh() override;
    /// Brings what a problem's subject names to the front: a field here, or the page that mends it.
    void mend(const QString& subject);
    void editPrompts(); ///< of the samples
    SettingsForm* form() const { return m_form; }

private:
    void showAll();
    void showChosen();
    void showForecast();
    bool isAhead(const QString& key) const; ///< its row shows a wrong value, the choices hold a former one
    void showPace();                        ///< of the run that trains what is shown
    void showStart();
    void showHelps();
    void take(const QString& key, const QString& text);
    void set(const QString& key, const QString& value);
    void choosePreset(int index);
    void onStartFailed(const Problem& problem);
    Objective objective() const;
    PresetBasis presetBasis() const;
    /// All that stands before a start, the form's held-back texts included.
    std::vector<Problem> standing() const;
    QString titleOf(const QString& subject) const;

    /// What is allowed and hardly meant, from the forecast.
    std::map<QString, std::pair<SettingProblem, std::optional<SettingFix>>> warnings() const;

    Workbench& m_workbench;
    Label* m_mend;
    Label* m_chosen; ///< what Fettle set by itself for the text
    FloatingNotice* m_failed;
    LearnerChoice* m_learner;
    PresetBar* m_presets;
    MainSideSplit* m_split;
    SettingsForm* m_form;
    ForecastCard* m_forecast;
    std::map<QString, QString> m_heldBack; ///< settings of data and samples whose text is wrong, with what is wrong
};

} // namespace fettle::ui
