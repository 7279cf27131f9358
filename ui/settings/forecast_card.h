// SPDX-License-Identifier: GPL-3.0-or-later
// What a run will take before it starts: time, memory, disk, steps, the learning rate's course; and in plain words what
// will happen.
#pragma once

#include "core/arguments/run_config.h"
#include "core/base/model_facts.h"
#include "core/data/preview.h"
#include "core/session.h"
#include "ui/parts/card.h"

namespace fettle::ui
{

class Bar;
class Label;
class PartsBar;
class ScheduleCurve;
class StateBadge;

/// "Fettle reads 2,194 rows three times and corrects the model after every 16. …"
QString whatWillHappen(const RunConfig& config, const DataPreview& preview, Objective objective,
                       const Forecast& forecast);

class ForecastCard : public Card
{
    Q_OBJECT

public:
    explicit ForecastCard(QWidget* parent = nullptr);

    void setForecast(const Forecast& forecast, const RunConfig& config, const DataPreview& preview,
                     Objective objective);
    /// The forecast is of the run that trains now: its own pace is what counts, as on the page Train.
    void setRunning(double secondsGone, double secondsLeft);
    /// The forecast is of the values before one that is wrong.
    void setOutdated();
    /// What is missing before anything can be said.
    void setMissing(const QString& words);

private:
    QWidget* need(const QString& name, Label*& figure, Label*& free, Bar*& bar, QWidget* parent);
    void showNeed(Label* figure, Label* free, Bar* bar, uint64_t needed, uint64_t available);

    StateBadge* m_badge;
    Label* m_missing;
    QWidget* m_facts;
    Label *m_time, *m_range;
    PartsBar* m_parts;
    Label *m_memory = nullptr, *m_memoryFree = nullptr, *m_disk = nullptr, *m_diskFree = nullptr;
    Bar *m_memoryBar = nullptr, *m_diskBar = nullptr;
    Label *m_steps, *m_stepsWords;
    Label* m_scheduleWords;
    ScheduleCurve* m_curve;
    Label* m_story;
};

} // namespace fettle::ui
