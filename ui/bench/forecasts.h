// SPDX-License-Identifier: GPL-3.0-or-later
// What the run that is chosen will take on this computer, made anew in the background after every change.
#pragma once

#include "core/session.h"
#include "ui/bench/background.h"

#include <QTimer>
#include <optional>

namespace fettle::ui
{

class Choices;
class ModelReading;
class TextReading;

class Forecasts : public QObject
{
    Q_OBJECT

public:
    Forecasts(const Choices& choices, const ModelReading& model, const TextReading& text, BackgroundPool& pool);

    const std::optional<Forecast>& forecast() const { return m_forecast; }
    QString nextRunFolder() const { return m_nextFolder; } ///< empty before it is known
    /// Memory or disk, of the newest forecast: a little behind what is chosen and what is free. A start measures anew.
    std::optional<Problem> missing() const;
    void update(); ///< soon

Q_SIGNALS:
    void finished(); ///< just before `changed`: made, or it cannot be
    void changed();

private:
    struct Outlook {
        Forecast forecast;
        QString folder;
    };
    void make();
    void take(Outcome<Outlook> outcome);

    const Choices& m_choices;
    const ModelReading& m_model;
    const TextReading& m_text;
    std::optional<Forecast> m_forecast;
    QString m_nextFolder;
    QTimer m_timer;     ///< gathers quick changes
    QTimer m_lookAgain; ///< while memory or disk are missing
    BackgroundSlot m_job;
};

} // namespace fettle::ui
