// SPDX-License-Identifier: GPL-3.0-or-later
// The two demos ("ships-log", "contract-clauses"): what each runs, and what it will take on this computer.
#pragma once

#include "core/data/preview.h"
#include "core/session.h"
#include "ui/bench/background.h"

#include <map>
#include <optional>

namespace fettle::ui
{

class Demos : public QObject
{
    Q_OBJECT

public:
    explicit Demos(BackgroundPool& pool) : m_job(pool) {}

    static RunConfig config(const QString& name);                ///< reads its run file; throws
    std::optional<Forecast> forecast(const QString& name) const; ///< none before makeForecasts() has answered
    bool hasForecasts() const { return !m_forecasts.empty(); }
    void makeForecasts();

Q_SIGNALS:
    void changed();

private:
    struct Demo {
        RunConfig config;
        ModelFacts model;
        std::shared_ptr<const DataPreview> preview;
    };
    std::map<QString, Demo> m_demos; ///< read once
    std::map<QString, Forecast> m_forecasts;
    BackgroundSlot m_job;
};

} // namespace fettle::ui
