// SPDX-License-Identifier: GPL-3.0-or-later
// Whose model writes beside that of the shown run: the one it began with, or that of another run which began there.
#pragma once

#include "core/runs/run_summary.h"

#include <QWidget>
#include <optional>
#include <vector>

namespace fettle::ui
{

class Label;
class SmallChoice;

/// A run whose model can stand in the left pane.
struct Rival {
    QString folder, name;
    double started = 0;
    int64_t modelStep = 0;
    std::optional<double> modelLoss;
    bool isAdapter = false;
};

class TryRival : public QWidget
{
    Q_OBJECT

public:
    explicit TryRival(QWidget* parent = nullptr);

    /// The runs that began with `base`, whose model is there, but the one in the folder `shown`. What was chosen stays
    /// where it is among them.
    void offer(const std::vector<RunSummary>& runs, const QString& base, const QString& baseCaption,
               const QString& shown);
    /// The run that was chosen; null: the model that it began with.
    const Rival* run() const { return m_run ? &*m_run : nullptr; }

Q_SIGNALS:
    void chosen();

private:
    void keep(const QString& folder); ///< as the one chosen, where it is offered

    SmallChoice* m_choice;
    Label* m_none;             ///< why there is nothing to choose
    std::vector<Rival> m_runs; ///< that are offered
    std::optional<Rival> m_run;
};

} // namespace fettle::ui
