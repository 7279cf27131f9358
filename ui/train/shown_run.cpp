// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/shown_run.h"

#include "core/arguments/references.h"
#include "core/runs/run_folder.h"
#include "ui/bench/run_trouble.h"
#include "ui/bench/workbench.h"
#include "ui/look/tr.h"
#include "ui/look/words.h"
#include "ui/train/train_empty.h"

#include <QFileInfo>
#include <algorithm>

namespace fettle::ui
{

bool livesOn(const Workbench& workbench)
{
    if (workbench.run.isRunning())
        return true;
    const RunHistory* history = workbench.run.history();
    if (!history || history->finished)
        return false;
    for (const RunSummary& run : workbench.runs.runs())
        if (run.folder == std::filesystem::path(history->runFolder))
            return run.state == RunState::Running || (run.state == RunState::Paused && !run.canContinue);
    return false;
}

TrainStrip::State stripState(const Workbench& workbench)
{
    const RunHistory& history = *workbench.run.history();
    if (history.finished)
        switch (history.finished->reason) {
        case FinishReason::Failed:
            return TrainStrip::State::Failed;
        case FinishReason::Stopped:
            return TrainStrip::State::Stopped;
        case FinishReason::Done:
        case FinishReason::EarlyStop:
            return isFinishedInTrouble(history) ? TrainStrip::State::FinishedInTrouble : TrainStrip::State::Finished;
        }
    if (workbench.run.isPaused() || history.paused)
        return TrainStrip::State::Paused;
    if (workbench.run.isPausing())
        return TrainStrip::State::Pausing;
    if (!workbench.run.isRunning())
        return livesOn(workbench) ? TrainStrip::State::Elsewhere : TrainStrip::State::CutOff;
    return history.steps.empty() ? TrainStrip::State::Preparing : TrainStrip::State::Training;
}

bool isMaskedRun(const Workbench& workbench, const RunHistory& history)
{
    const std::optional<RunConfig> config = workbench.run.config();
    if (config && config->objective == "masked")
        return true;
    return std::any_of(history.samples.begin(), history.samples.end(), [](const SampleSet& set) {
        return std::any_of(set.samples.begin(), set.samples.end(),
                           [](const SampleEvent& sample) { return !sample.fills.empty(); });
    });
}

QString runSentence(const Workbench& workbench)
{
    const RunHistory* history = workbench.run.history();
    const std::optional<RunConfig> config = workbench.run.config();
    if (!history || !config)
        return {};
    QString words = (workbench.run.isAdapter() ? tr("An addition to %1 (LoRA) learns %2") : tr("%1 learns %2"))
                        .arg(plainModelName(config->model), plainTextName(config->data));
    QString name = QString::fromStdString(history->name);
    if (!history->runFolder.empty())
        name = QString::fromStdString(RunFolder(history->runFolder).name());
    if (!name.isEmpty())
        words += tr(" · run “%1”").arg(name);
    if (isMaskedRun(workbench, *history))
        words += tr(" · %1 % of the words are hidden, drawn anew each epoch")
                     .arg(config->arguments.mlm_probability * 100, 0, 'g', 3);
    return words;
}

void showTextOfRun(Workbench& workbench)
{
    const DataConfig rules = workbench.run.config().value_or(workbench.choices.config()).data;
    for (const std::string& text : rules.train) {
        try {
            (void)TextReference::parse(text).file();
        } catch (const Error&) {
            Q_EMIT workbench.message(tr("The text that this run learns is gone: %1.")
                                         .arg(QString::fromStdString(TextReference::parse(text).fileName())),
                                     tr("It lay in %1. Put it back there, or start a new run with another text.")
                                         .arg(placeText(QFileInfo(QString::fromStdString(text)).path())));
            return;
        }
    }
    if (rules.train != workbench.choices.config().data.train && !workbench.run.isRunning())
        workbench.choices.setTextAgain(rules);
    Q_EMIT workbench.pageWanted(PageId::Data);
}

} // namespace fettle::ui
