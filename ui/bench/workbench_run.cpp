// SPDX-License-Identifier: GPL-3.0-or-later
// The workbench's run: starting, following and trying what it made.
#include "ui/bench/workbench_private.h"

#include "core/arguments/train_args.h"
#include "core/optim/schedule.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QPointer>
#include <QSettings>
#include <algorithm>

namespace fettle::ui
{
namespace
{
/// What the engine is busy with, for people.
QString activityWords(Activity what)
{
    switch (what) {
    case Activity::Reading:
        return QCoreApplication::translate("Activity", "reading the text");
    case Activity::Tokenizing:
        return QCoreApplication::translate("Activity", "cutting the text into tokens");
    case Activity::LoadingModel:
        return QCoreApplication::translate("Activity", "loading the model");
    case Activity::Checking:
        return QCoreApplication::translate("Activity", "checking on the kept-aside text");
    case Activity::WritingSamples:
        return QCoreApplication::translate("Activity", "writing samples");
    case Activity::Saving:
        return QCoreApplication::translate("Activity", "saving");
    }
    return {};
}

/// Whether an event changes what can be done with a run, not only its figures.
bool turns(const Event& event)
{
    return !std::holds_alternative<StepEvent>(event) && !std::holds_alternative<EvalEvent>(event) &&
           !std::holds_alternative<SampleEvent>(event) && !std::holds_alternative<NoticeEvent>(event);
}

/// Model, text and every argument but the folder, of which each run has its own.
bool trainsTheSame(const RunConfig& a, const RunConfig& b)
{
    if (a.model != b.model || a.data != b.data)
        return false;
    const std::vector<ArgumentInfo>& all = argumentTable();
    return std::all_of(all.begin(), all.end(), [&](const ArgumentInfo& info) {
        return info.name == std::string_view("output_dir") ||
               argumentText(a.arguments, info.name) == argumentText(b.arguments, info.name);
    });
}
} // namespace

void Workbench::start()
{
    if (d->running)
        return;
    d->startsWhenReady = false;
    if (const std::vector<Problem> all = problems(); !all.empty()) {
        d->fail(all.front());
        return;
    }
    try {
        d->openJob.cancel(); // a run that was just asked for must not come over this one
        d->stopFollowing();
        d->engine().start(d->config);
    } catch (const Error& error) {
        d->fail(problemOf(error));
        return;
    }
    d->beginRun(d->config);
}

void Workbench::Private::beginRun(const RunConfig& startedWith)
{
    filesJob.cancel();
    history = std::make_unique<RunHistory>();
    history->name = textName(startedWith.data).section(QLatin1Char('.'), 0, 0).toStdString();
    historyConfig = startedWith;
    tellRunOfModel();
    history->learningRate = startedWith.arguments.learning_rate;
    compareWithRun();
    running = true;
    pausing = false;
    activity.clear();
    Q_EMIT q.runChanged();
    Q_EMIT q.stepsChanged();
    Q_EMIT q.pageWanted(QStringLiteral("train"));
}

void Workbench::Private::tellRunOfModel()
{
    if (!model || !history || model->reference != historyConfig->model)
        return;
    if (historyConfig->objective.empty())
        historyConfig->objective = toString(model->objective);
    history->vocabularySize = model->vocabularySize;
    history->suitableRate = suitableLearningRate(model->parameters, model->randomWeights);
}

void Workbench::Private::fail(const Problem& problem)
{
    Q_EMIT q.startFailed(problem.message, problem.hint, problem.subject);
}

void Workbench::pause()
{
    if (!d->running || d->pausing || isPaused())
        return;
    d->engine().pause();
    d->pausing = true; // said at once: the engine ends its step, or its samples, first
    Q_EMIT runChanged();
    Q_EMIT stepsChanged();
}

void Workbench::resume()
{
    if (d->running)
        d->engine().resume();
}

bool Workbench::isPausing() const
{
    return d->running && d->pausing;
}

void Workbench::saveNow()
{
    if (d->running)
        d->engine().saveNow();
}

void Workbench::stop(StopMode mode)
{
    d->again.reset();
    if (d->running)
        d->engine().stop(mode);
}

void Workbench::startAgain(double learningRate)
{
    if (!d->historyConfig)
        return;
    stop(StopMode::SaveAndStop);
    d->again = learningRate;
    if (!d->running)
        d->takeAgain(true);
}

void Workbench::Private::takeAgain(bool start)
{
    if (otherNext)
        q.takeOverRun();
    TrainArgs next = config.arguments;
    next.learning_rate = *again;
    next.output_dir.clear(); // the one of the run that was
    again.reset();
    q.setArguments(next);
    startsWhenReady = start;
    startIfReady();
}

void Workbench::Private::startIfReady()
{
    if (startsWhenReady && !running && !readingModel && !readingData && (preview || !q.problems().empty()))
        q.start(); // or it says what stands in the way
}

void Workbench::Private::onEvents(std::vector<Event>& events)
{
    bool big = false;
    for (const Event& event : events) {
        if (const auto* busy = std::get_if<ActivityEvent>(&event)) {
            activity = activityWords(busy->what);
            continue;
        }
        if (history)
            history->add(event);
        if (std::holds_alternative<StepEvent>(event) || std::holds_alternative<FinishedEvent>(event))
            activity.clear();
        if (std::holds_alternative<PausedEvent>(event) || std::holds_alternative<ContinuedEvent>(event) ||
            std::holds_alternative<FinishedEvent>(event))
            pausing = false;
        if (const auto* finished = std::get_if<FinishedEvent>(&event)) {
            running = false;
            scheduleForecast(); // the run measured how fast this machine is
            if (!demoForecasts.empty())
                q.forecastDemos();
            if (finished->reason == FinishReason::Failed && history && history->steps.empty() && !history->started)
                fail({QString::fromStdString(finished->subject), QString::fromStdString(finished->message),
                      QString::fromStdString(finished->hint)});
        }
        const bool hasSaved = std::exchange(saving, std::holds_alternative<CheckpointEvent>(event));
        if ((hasSaved && !saving) || std::holds_alternative<FinishedEvent>(event))
            lookAtFiles();
        big = big || turns(event);
    }
    Q_EMIT q.runUpdated();
    if (big) {
        Q_EMIT q.runChanged();
        q.refreshRuns();
    }
    Q_EMIT q.stepsChanged();
    if (again && !running)
        takeAgain(history && history->finished && history->finished->reason != FinishReason::Failed);
}

void Workbench::continueRun(const QString& folder)
{
    if (d->running) {
        Q_EMIT messageForUser(tr("A run is in progress."), tr("Stop it first; then this one can go on."));
        return;
    }
    d->openJob.run<Private::Opened>(
        [path = folder.toStdString()](const CancelFlag&) { return Private::readOpened(path); },
        [this, folder](Outcome<Private::Opened> outcome) {
            if (!outcome.value) {
                Q_EMIT messageForUser(outcome.problem->message, outcome.problem->hint);
                return;
            }
            d->showRecord(std::move(*outcome.value), false);
            Q_EMIT pageWanted(QStringLiteral("train")); // also where it fails: the reason stands beside its curves
            try {
                d->engine().resumeRun(folder.toStdString());
            } catch (const Error& error) {
                d->fail(problemOf(error));
                return;
            }
            d->running = true;
            d->history->finished.reset();
            d->history->paused = false;
            Q_EMIT runChanged();
            Q_EMIT stepsChanged();
        });
}

void Workbench::openRun(const QString& folder, const QString& page)
{
    if (d->running) {
        if (d->history && QFileInfo(QString::fromStdString(d->history->runFolder)) == QFileInfo(folder))
            Q_EMIT pageWanted(page);
        else
            Q_EMIT messageForUser(tr("A run is in progress."),
                                  tr("Its curves stay on the page Train until it is finished or stopped."));
        return;
    }
    d->openJob.run<Private::Opened>(
        [path = folder.toStdString()](const CancelFlag&) { return Private::readOpened(path); },
        [this, page](Outcome<Private::Opened> outcome) {
            if (!outcome.value) {
                Q_EMIT messageForUser(outcome.problem->message, outcome.problem->hint);
                return;
            }
            d->showRecord(std::move(*outcome.value), true);
            Q_EMIT pageWanted(page);
        });
}

Workbench::Private::Opened Workbench::Private::readOpened(const std::filesystem::path& folder)
{
    Opened opened;
    opened.reader = std::make_shared<RunSummarizer>(folder);
    opened.summary = opened.reader->read([&](const Event& event) { opened.events.push_back(event); });
    opened.files = lookForFiles(folder);
    try {
        opened.base = inspectModel(opened.reader->config().model);
    } catch (const Error&) { // moved or removed since: only facts beside the run are missing
    }
    return opened;
}

void Workbench::Private::showRecord(Opened opened, bool followIt)
{
    const RunSummary& summary = opened.summary;
    const RunConfig& recorded = opened.reader->config();
    forgetRun();
    history = std::make_unique<RunHistory>();
    for (const Event& event : opened.events)
        history->add(event);
    keepWhatIsThere(*history, opened.files);
    history->name = summary.name;
    history->runFolder = summary.folder.string();
    if (history->maxSteps == 0)
        history->maxSteps = summary.maxSteps;
    history->paused = summary.state == RunState::Paused;
    if (history->finished && history->hasModel) { // journals of before do not say it there
        if (!history->finished->modelStep)
            history->finished->modelStep = summary.modelStep;
        if (!history->finished->modelLoss)
            history->finished->modelLoss = summary.modelLoss;
    }
    if (opened.base) {
        history->vocabularySize = opened.base->vocabularySize;
        history->suitableRate = suitableLearningRate(opened.base->parameters, opened.base->randomWeights);
    }
    history->learningRate = recorded.arguments.learning_rate;
    const bool nothingChosen = config.model.empty() && config.data.train.empty();
    historyConfig = recorded;
    if (historyConfig->objective.empty() && opened.base)
        historyConfig->objective = toString(opened.base->objective);
    if (nothingChosen) {
        RunConfig next = recorded;
        next.arguments.output_dir.clear();
        q.setConfig(next);
    }
    compareWithRun();
    // Runs that lie elsewhere are remembered for the list.
    const QString folder = QString::fromStdString(history->runFolder);
    if (summary.folder.parent_path() != defaultRunsFolder()) {
        QStringList elsewhere = QSettings().value(QStringLiteral("runs/elsewhere")).toStringList();
        if (!elsewhere.contains(folder)) {
            elsewhere.prepend(folder);
            QSettings().setValue(QStringLiteral("runs/elsewhere"), elsewhere.mid(0, 50));
        }
    }
    if (followIt && (summary.state == RunState::Running || summary.state == RunState::Paused)) {
        follower = std::move(opened.reader);
        followTimer.start();
    }
    Q_EMIT q.runChanged();
    Q_EMIT q.stepsChanged();
    q.refreshRuns();
}

void Workbench::Private::follow()
{
    if (!history || running)
        return stopFollowing();
    if (isLooking || !follower)
        return;
    isLooking = true;
    followJob.run<Opened>(
        [reader = follower, folder = history->runFolder](const CancelFlag&) {
            Opened gained;
            gained.summary = reader->read([&](const Event& event) { gained.events.push_back(event); });
            if (!gained.events.empty())
                gained.files = lookForFiles(folder);
            return gained;
        },
        [this](Outcome<Opened> outcome) {
            isLooking = false;
            if (!outcome.value || !history || running)
                return;
            const RunState state = outcome.value->summary.state;
            const bool ended = state != RunState::Running && state != RunState::Paused;
            for (const Event& event : outcome.value->events)
                history->add(event);
            if (!outcome.value->events.empty())
                keepWhatIsThere(*history, outcome.value->files);
            else if (!ended)
                return;
            if (ended)
                stopFollowing();
            const bool turned = std::any_of(outcome.value->events.begin(), outcome.value->events.end(), turns);
            if (ended || turned)
                Q_EMIT q.runChanged();
            Q_EMIT q.runUpdated();
            Q_EMIT q.stepsChanged();
        });
}

void Workbench::Private::stopFollowing()
{
    followTimer.stop();
    followJob.cancel();
    follower.reset();
    isLooking = false;
}

void Workbench::Private::forgetRun()
{
    stopFollowing();
    openJob.cancel();
    filesJob.cancel();
    history.reset();
    historyConfig.reset();
    otherNext = startsWhenReady = false;
    again.reset();
    activity.clear();
}

void Workbench::closeRun()
{
    if (d->running)
        return;
    d->forgetRun();
    Q_EMIT runChanged();
    Q_EMIT stepsChanged();
}

void Workbench::Private::lookAtFiles()
{
    if (!history || history->runFolder.empty())
        return;
    const int64_t upTo = history->checkpoints.empty() ? -1 : history->checkpoints.back().step;
    filesJob.run<RunFiles>([folder = history->runFolder](const CancelFlag&) { return lookForFiles(folder); },
                           [this, upTo, mark = history->mark](Outcome<RunFiles> outcome) {
                               if (!outcome.value || !history || history->mark != mark)
                                   return;
                               keepWhatIsThere(*history, *outcome.value, upTo);
                               Q_EMIT q.runUpdated();
                               Q_EMIT q.stepsChanged();
                           });
}

void Workbench::Private::compareWithRun()
{
    otherNext = false;
    if (!historyConfig || config.model.empty() || config.data.train.empty())
        return;
    otherNext = !trainsTheSame(config, *historyConfig);
}

bool Workbench::isOtherRunNext() const
{
    return d->otherNext;
}

void Workbench::takeOverRun()
{
    if (!d->historyConfig || d->running)
        return;
    RunConfig next = *d->historyConfig;
    next.arguments.output_dir.clear();
    setConfig(next);
}

double Workbench::progress() const
{
    if (!d->history || d->history->maxSteps <= 0)
        return 0;
    return static_cast<double>(d->history->lastStep()) / static_cast<double>(d->history->maxSteps);
}

bool Workbench::isRunning() const
{
    return d->running;
}

bool Workbench::isPaused() const
{
    return d->running && d->history && d->history->paused;
}

const RunHistory* Workbench::history() const
{
    return d->history.get();
}

std::optional<RunConfig> Workbench::historyConfig() const
{
    return d->historyConfig;
}

QString Workbench::activity() const
{
    return d->activity;
}

uint64_t Workbench::tryText(const TryRequest& request)
{
    const uint64_t id = d->nextTry++;
    // Called on the engine's thread; the session ends before this object does.
    const auto later = [this](auto call) { QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection); };
    TryCallbacks callbacks;
    callbacks.onPiece = [=, this](const GeneratedPiece& piece) { later([=, this] { Q_EMIT tryPiece(id, piece); }); };
    callbacks.onWritten = [=, this](const Generation& text) {
        later([=, this] {
            d->tries.erase(id);
            Q_EMIT tryWritten(id, text);
        });
    };
    callbacks.onFilled = [=, this](const std::vector<std::vector<FillCandidate>>& fills) {
        later([=, this] {
            d->tries.erase(id);
            Q_EMIT tryFilled(id, fills);
        });
    };
    callbacks.onFailed = [=, this](const std::string& message, const std::string& hint) {
        later([=, this] {
            d->tries.erase(id);
            Q_EMIT tryFailed(id, QString::fromStdString(message), QString::fromStdString(hint));
        });
    };
    try {
        d->tries[id] = d->engine().tryModel(request, std::move(callbacks));
    } catch (const Error& error) {
        const Problem problem = problemOf(error);
        later([=, this] { Q_EMIT tryFailed(id, problem.message, problem.hint); });
    }
    return id;
}

void Workbench::cancelTry(uint64_t id)
{
    const auto found = d->tries.find(id);
    if (found == d->tries.end())
        return;
    d->engine().cancelTry(found->second);
    d->tries.erase(found); // one that had not begun is never heard of again
}

void Workbench::cutText(const QString& text)
{
    if (!d->model)
        return;
    using Pieces = std::vector<TextPiece>;
    d->cutJob.run<Pieces>([reference = d->model->reference,
                           bytes = text.toStdString()](const CancelFlag&) { return fettle::cutText(reference, bytes); },
                          [this, text](Outcome<Pieces> outcome) {
                              if (outcome.value)
                                  Q_EMIT textCut(text, *outcome.value);
                              else
                                  Q_EMIT textNotCut(text, outcome.problem->message);
                          });
}

void Workbench::countPieces(const QString& model, const QString& word, QObject* asker,
                            std::function<void(int pieces)> then)
{
    d->countJob.run<int>(
        [reference = model.toStdString(), bytes = word.toStdString()](const CancelFlag&) {
            const size_t around = fettle::cutText(reference, {}).size(); // what stands around every text
            return static_cast<int>(fettle::cutText(reference, bytes).size() - around);
        },
        [asker = QPointer<QObject>(asker), then = std::move(then)](const Outcome<int>& outcome) {
            if (asker)
                then(outcome.value.value_or(1));
        });
}

std::optional<TrainedModel> Workbench::trained() const
{
    return d->history ? d->history->trained() : std::nullopt;
}

QString Workbench::trainedModel() const
{
    const std::optional<TrainedModel> model = trained();
    return model ? QString::fromStdString(model->reference) : QString();
}

QString Workbench::baseModel() const
{
    return QString::fromStdString(d->historyConfig ? d->historyConfig->model : d->config.model);
}

} // namespace fettle::ui
