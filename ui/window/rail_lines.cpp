// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/rail_lines.h"

#include "ui/bench/run_trouble.h"
#include "ui/bench/workbench.h"
#include "ui/look/words.h"
#include "ui/window/rail.h"

#include <QLocale>
#include <algorithm>

namespace fettle::ui
{
namespace
{
QString modelLine(const Workbench& w)
{
    if (w.choices.config().model.empty())
        return Rail::tr("nothing chosen yet");
    if (w.model.isReading())
        return Rail::tr("reading…");
    const ModelFacts* model = w.model.entry();
    return model ? Rail::tr("%1 · %2 parameters")
                       .arg(QString::fromStdString(model->name), shortCountText(model->parameters))
                 : Rail::tr("cannot be read");
}

QString dataLine(const Workbench& w)
{
    const DataConfig& data = w.choices.config().data;
    if (data.train.empty())
        return Rail::tr("no text yet");
    if (w.text.isReading())
        return w.text.fraction() >= 0 ? Rail::tr("reading · %1").arg(percentText(w.text.fraction()))
                                      : Rail::tr("reading…");
    if (w.text.problem())
        return Rail::tr("something to mend");
    const auto preview = w.text.preview();
    if (!preview)
        return textName(data);
    return Rail::tr("%1 · %2").arg(textName(data), counted(preview->rows, Rail::tr("1 row"), Rail::tr("%1 rows")));
}

size_t wrongSettings(const Workbench& w)
{
    return w.choices.badValues().size() + (w.choices.conflict() ? 1 : 0);
}

/// Those that are allowed and hardly meant.
size_t doubtfulSettings(const Workbench& w)
{
    const auto forecast = w.forecasts.forecast();
    if (!forecast || w.run.isRunning())
        return 0;
    return static_cast<size_t>(
        std::count_if(forecast->warnings.begin(), forecast->warnings.end(), [](const SettingWarning& warning) {
            return warning.code != NoticeCode::EpochsOverruled; // whoever sets the steps means that
        }));
}

QString settingsLine(const Workbench& w)
{
    if (const size_t wrong = wrongSettings(w); wrong > 0)
        return counted(static_cast<int64_t>(wrong), Rail::tr("1 thing to mend"), Rail::tr("%1 things to mend"));
    if (const size_t doubtful = doubtfulSettings(w); doubtful > 0)
        return counted(static_cast<int64_t>(doubtful), Rail::tr("1 setting to look at"),
                       Rail::tr("%1 settings to look at"));
    const TrainArgs& a = w.choices.config().arguments;
    const bool steps = a.max_steps > 0;
    const QString length =
        steps ? counted(a.max_steps, Rail::tr("1 step"), Rail::tr("%1 steps"))
        : a.num_train_epochs == 1
            ? Rail::tr("1 epoch")
            : Rail::tr("%1 epochs").arg(QLocale().toString(a.num_train_epochs, 'f', QLocale::FloatingPointShortest));
    const TrainArgs defaults;
    const bool untouched =
        !steps && a.num_train_epochs == defaults.num_train_epochs && a.learning_rate == defaults.learning_rate;
    const QString line = Rail::tr("%1 · %2").arg(length, rateText(a.learning_rate));
    return untouched ? Rail::tr("defaults: %1").arg(line) : line;
}

QString trainLine(const Workbench& w)
{
    const RunHistory* history = w.run.history();
    if (w.run.isRunning() && history) {
        const QString percent = percentText(w.run.progress());
        if (history->paused)
            return Rail::tr("paused at %1").arg(percent);
        if (w.run.isPausing())
            return Rail::tr("pausing · %1").arg(percent);
        if (history->steps.empty())
            return w.run.activity().isEmpty() ? Rail::tr("getting ready") : w.run.activity();
        return Rail::tr("running · %1").arg(percent);
    }
    if (history && history->finished) {
        switch (history->finished->reason) {
        case FinishReason::Failed:
            if (!history->started && history->steps.empty())
                return Rail::tr("did not start");
            return Rail::tr("failed at step %1").arg(countText(history->lastStep()));
        case FinishReason::Stopped:
            return Rail::tr("stopped at %1").arg(percentText(w.run.progress()));
        default: {
            // Of the model that lies there, not of one that was only passed on the way.
            const std::optional<TrainedModel> model = history->trained();
            const QString words = isFinishedInTrouble(*history) ? Rail::tr("not well") : Rail::tr("finished");
            return model && model->loss ? Rail::tr("%1 · loss %2").arg(words, lossText(*model->loss)) : words;
        }
        }
    }
    if (history && !history->steps.empty())
        return Rail::tr("%1 · step %2").arg(QString::fromStdString(history->name), countText(history->lastStep()));
    const bool model = !w.choices.config().model.empty(), text = !w.choices.config().data.train.empty();
    if (!model && !text)
        return Rail::tr("needs a model and a text");
    if (!model)
        return Rail::tr("needs a model");
    if (!text)
        return Rail::tr("needs a text");
    return w.canStart() ? Rail::tr("ready to start") : Rail::tr("not ready yet");
}

QString tryLine(const Workbench& w)
{
    if (const std::optional<TrainedModel> model = w.run.trained()) {
        const QString name = QString::fromStdString(w.run.history()->name);
        return model->step ? Rail::tr("%1 · step %2").arg(name, countText(*model->step))
                           : Rail::tr("%1 · finished").arg(name);
    }
    return w.run.isRunning() ? Rail::tr("ready after the first save") : Rail::tr("needs a finished run");
}

QString runsLine(const Workbench& w)
{
    const auto& runs = w.runs.runs();
    if (runs.empty())
        return Rail::tr("no runs yet");
    const auto count = [&](RunState state) {
        return static_cast<int>(
            std::count_if(runs.begin(), runs.end(), [&](const RunSummary& run) { return run.state == state; }));
    };
    const QString all = counted(static_cast<int64_t>(runs.size()), Rail::tr("1 run"), Rail::tr("%1 runs"));
    if (const int running = count(RunState::Running))
        return Rail::tr("%1 · %2 running").arg(all).arg(running);
    if (const int paused = count(RunState::Paused))
        return Rail::tr("%1 · %2 paused").arg(all).arg(paused);
    return all;
}

Mark trainMark(const Workbench& w)
{
    const RunHistory* history = w.run.history();
    if (w.run.isRunning())
        return history && history->paused ? Mark::Bars : Mark::Arc;
    if (!history || !history->finished)
        return history && history->paused ? Mark::Bars : Mark::Ring;
    switch (history->finished->reason) {
    case FinishReason::Failed:
        return Mark::Alert;
    case FinishReason::Stopped:
        return Mark::Ring;
    default:
        return isFinishedInTrouble(*history) ? Mark::Warning : Mark::Tick;
    }
}
} // namespace

QString railLine(const Workbench& workbench, PageId page)
{
    switch (page) {
    case PageId::Home:
        return {};
    case PageId::Model:
        return modelLine(workbench);
    case PageId::Data:
        return dataLine(workbench);
    case PageId::Settings:
        return settingsLine(workbench);
    case PageId::Train:
        return trainLine(workbench);
    case PageId::Try:
        return tryLine(workbench);
    case PageId::Runs:
        return runsLine(workbench);
    }
    return {};
}

Mark railMark(const Workbench& workbench, PageId page)
{
    const auto markOf = [](bool broken, bool reading, bool ready) {
        return broken ? Mark::Alert : reading ? Mark::Arc : ready ? Mark::Tick : Mark::Ring;
    };
    const ModelReading& model = workbench.model;
    const TextReading& text = workbench.text;
    switch (page) {
    case PageId::Model:
        return markOf(model.problem().has_value(), model.isReading(), model.entry() != nullptr);
    case PageId::Data:
        return markOf(text.problem().has_value(), text.isReading(), text.preview() != nullptr);
    case PageId::Settings:
        return wrongSettings(workbench) == 0 && doubtfulSettings(workbench) > 0
                   ? Mark::Warning
                   : markOf(wrongSettings(workbench) > 0, false, true);
    case PageId::Train:
        return trainMark(workbench);
    case PageId::Try:
        return markOf(false, false, workbench.run.trained().has_value());
    case PageId::Home:
    case PageId::Runs:
        break;
    }
    return Mark::Ring;
}

} // namespace fettle::ui
