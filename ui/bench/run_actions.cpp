// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/run_actions.h"

#include "ui/bench/workbench.h"

#include <QAction>

namespace fettle::ui
{

RunActions::RunActions(Workbench& workbench) : m_workbench(workbench)
{
    const auto make = [this](const QString& text, auto does) {
        auto* action = new QAction(text, this);
        connect(action, &QAction::triggered, this, does);
        return action;
    };
    start = make(tr("&Start training"), [this] { m_workbench.start(); });
    pause = make({}, [this] { m_workbench.run.pause(); });
    resume = make(tr("&Resume"), [this] { m_workbench.run.resume(); });
    saveNow = make(tr("Save &now"), [this] { m_workbench.run.saveNow(); });
    stopAndSave = make(tr("S&top and save"), [this] { m_workbench.run.stop(StopMode::SaveAndStop); });
    keepBest = make(tr("&Keep best and finish"), [this] { m_workbench.run.stop(StopMode::KeepBestAndFinish); });
    discard = make(tr("Stop &without saving"), [this] { m_workbench.run.stop(StopMode::Discard); });
    connect(&workbench, &Workbench::changed, this, &RunActions::update);
    update();
}

void RunActions::update()
{
    const RunWatch& run = m_workbench.run;
    const bool running = run.isRunning(), pausing = run.isPausing();
    start->setEnabled(m_workbench.canStart());
    pause->setText(pausing ? tr("Pausing …") : tr("&Pause"));
    pause->setEnabled(running && !run.isPaused() && !pausing);
    resume->setEnabled(run.isPaused());
    for (QAction* action : {saveNow, stopAndSave, keepBest, discard})
        action->setEnabled(running);
}

} // namespace fettle::ui
