// SPDX-License-Identifier: GPL-3.0-or-later
// The one line and the mark that each step of the rail shows.
#include "ui/bench/workbench_private.h"

#include <QLocale>
#include <algorithm>

#include "ui/bench/run_trouble.h"
#include "ui/look/words.h"

namespace fettle::ui
{
namespace
{
QString trainLine(const Workbench& w)
{
    const RunHistory* history = w.history();
    if (w.isRunning() && history) {
        if (history->paused)
            return Workbench::tr("paused at %1").arg(percentText(w.progress()));
        if (w.isPausing())
            return Workbench::tr("pausing · %1").arg(percentText(w.progress()));
        if (history->steps.empty())
            return w.activity().isEmpty() ? Workbench::tr("getting ready") : w.activity();
        return Workbench::tr("running · %1").arg(percentText(w.progress()));
    }
    if (history && history->finished) {
        switch (history->finished->reason) {
        case FinishReason::Failed:
            if (!history->started && history->steps.empty())
                return Workbench::tr("did not start");
            return Workbench::tr("failed at step %1").arg(countText(history->lastStep()));
        case FinishReason::Stopped:
            return Workbench::tr("stopped at %1").arg(percentText(w.progress()));
        default: {
            // Of the model that lies there, not of one that was only passed on the way.
            const std::optional<TrainedModel> model = history->trained();
            const QString words = isFinishedInTrouble(*history) ? Workbench::tr("not well") : Workbench::tr("finished");
            return model && model->loss ? Workbench::tr("%1 · loss %2").arg(words, lossText(*model->loss)) : words;
        }
        }
    }
    if (history && !history->steps.empty())
        return Workbench::tr("%1 · step %2").arg(QString::fromStdString(history->name), countText(history->lastStep()));
    const bool model = !w.config().model.empty(), text = !w.config().data.train.empty();
    if (!model && !text)
        return Workbench::tr("needs a model and a text");
    if (!model)
        return Workbench::tr("needs a model");
    if (!text)
        return Workbench::tr("needs a text");
    return w.canStart() ? Workbench::tr("ready to start") : Workbench::tr("not ready yet");
}

QString runsLine(const Workbench& w)
{
    const auto& runs = w.runs();
    if (runs.empty())
        return Workbench::tr("no runs yet");
    const auto count = [&](RunState state) {
        return static_cast<int>(
            std::count_if(runs.begin(), runs.end(), [&](const RunSummary& run) { return run.state == state; }));
    };
    const QString all = runs.size() == 1 ? Workbench::tr("1 run")
                                         : Workbench::tr("%1 runs").arg(countText(static_cast<int64_t>(runs.size())));
    if (const int running = count(RunState::Running))
        return Workbench::tr("%1 · %2 running").arg(all).arg(running);
    if (const int paused = count(RunState::Paused))
        return Workbench::tr("%1 · %2 paused").arg(all).arg(paused);
    return all;
}
} // namespace

QString Workbench::stepLine(const QString& page) const
{
    if (page == QLatin1String("model")) {
        if (d->config.model.empty())
            return tr("nothing chosen yet");
        if (d->readingModel)
            return tr("reading…");
        if (!d->model)
            return tr("cannot be read");
        return tr("%1 · %2 parameters")
            .arg(QString::fromStdString(d->model->name), shortCountText(d->model->parameters));
    }
    if (page == QLatin1String("data")) {
        if (d->config.data.train.empty())
            return tr("no text yet");
        if (d->readingData)
            return d->readingFraction >= 0 ? tr("reading · %1").arg(percentText(d->readingFraction)) : tr("reading…");
        if (d->dataProblem)
            return tr("something to mend");
        if (!d->preview)
            return textName(d->config.data);
        return d->preview->rows == 1 ? tr("%1 · 1 row").arg(textName(d->config.data))
                                     : tr("%1 · %2 rows").arg(textName(d->config.data), countText(d->preview->rows));
    }
    if (page == QLatin1String("settings")) {
        if (const size_t wrong = d->badValues.size() + (d->checkProblem ? 1 : 0); wrong > 0)
            return wrong == 1 ? tr("1 thing to mend") : tr("%1 things to mend").arg(wrong);
        const TrainArgs& a = d->config.arguments;
        const bool steps = a.max_steps > 0;
        const QString length =
            steps ? (a.max_steps == 1 ? tr("1 step") : tr("%1 steps").arg(countText(a.max_steps)))
            : a.num_train_epochs == 1
                ? tr("1 epoch")
                : tr("%1 epochs").arg(QLocale().toString(a.num_train_epochs, 'f', QLocale::FloatingPointShortest));
        const TrainArgs defaults;
        const bool untouched =
            !steps && a.num_train_epochs == defaults.num_train_epochs && a.learning_rate == defaults.learning_rate;
        const QString line = tr("%1 · %2").arg(length, rateText(a.learning_rate));
        return untouched ? tr("defaults: %1").arg(line) : line;
    }
    if (page == QLatin1String("train"))
        return trainLine(*this);
    if (page == QLatin1String("try")) {
        if (const std::optional<TrainedModel> model = trained()) {
            const QString name = QString::fromStdString(d->history->name);
            return model->step ? tr("%1 · step %2").arg(name, countText(*model->step)) : tr("%1 · finished").arg(name);
        }
        return d->running ? tr("ready after the first save") : tr("needs a finished run");
    }
    return page == QLatin1String("runs") ? runsLine(*this) : QString();
}

StepState Workbench::stepState(const QString& page) const
{
    if (page == QLatin1String("model"))
        return d->modelProblem   ? StepState::Broken
               : d->readingModel ? StepState::Running
               : d->model        ? StepState::Ready
                                 : StepState::ToDo;
    if (page == QLatin1String("data"))
        return d->dataProblem   ? StepState::Broken
               : d->readingData ? StepState::Running
               : d->preview     ? StepState::Ready
                                : StepState::ToDo;
    if (page == QLatin1String("settings"))
        return d->badValues.empty() && !d->checkProblem ? StepState::Ready : StepState::Broken;
    if (page == QLatin1String("train")) {
        if (d->running)
            return d->history && d->history->paused ? StepState::Paused : StepState::Running;
        if (d->history && d->history->finished)
            return d->history->finished->reason == FinishReason::Failed    ? StepState::Broken
                   : d->history->finished->reason == FinishReason::Stopped ? StepState::ToDo
                   : isFinishedInTrouble(*d->history)                      ? StepState::Doubtful
                                                                           : StepState::Ready;
        return d->history && d->history->paused ? StepState::Paused : StepState::ToDo;
    }
    if (page == QLatin1String("try"))
        return trainedModel().isEmpty() ? StepState::ToDo : StepState::Ready;
    return StepState::ToDo;
}

} // namespace fettle::ui
