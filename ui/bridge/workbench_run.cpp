// SPDX-License-Identifier: GPL-3.0-or-later
// The workbench's run: starting, following and trying what it made.
#include "ui/bridge/workbench_private.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QSettings>

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
} // namespace

void Workbench::start()
{
    if (d->running)
        return;
    if (const std::vector<Problem> all = problems(); !all.empty()) {
        d->fail(all.front());
        return;
    }
    try {
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
    history = std::make_unique<RunHistory>();
    history->name = textName(startedWith.data).section(QLatin1Char('.'), 0, 0).toStdString();
    historyConfig = startedWith;
    running = true;
    activity.clear();
    Q_EMIT q.runChanged();
    Q_EMIT q.stepsChanged();
    Q_EMIT q.pageWanted(QStringLiteral("train"));
}

void Workbench::Private::fail(const Problem& problem)
{
    Q_EMIT q.startFailed(problem.message, problem.hint, problem.subject);
}

void Workbench::pause()
{
    if (d->running)
        d->engine().pause();
}

void Workbench::resume()
{
    if (d->running)
        d->engine().resume();
}

void Workbench::saveNow()
{
    if (d->running)
        d->engine().saveNow();
}

void Workbench::stop(StopMode mode)
{
    if (d->running)
        d->engine().stop(mode);
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
        if (const auto* finished = std::get_if<FinishedEvent>(&event)) {
            running = false;
            if (finished->reason == FinishReason::Failed && history && history->steps.empty() && !history->started)
                fail({QString::fromStdString(finished->subject), QString::fromStdString(finished->message),
                      QString::fromStdString(finished->hint)});
        }
        const bool step = std::holds_alternative<StepEvent>(event) || std::holds_alternative<EvalEvent>(event) ||
                          std::holds_alternative<SampleEvent>(event) || std::holds_alternative<NoticeEvent>(event);
        big = big || !step;
    }
    Q_EMIT q.runUpdated();
    if (big) {
        Q_EMIT q.runChanged();
        q.refreshRuns();
    }
    Q_EMIT q.stepsChanged();
}

void Workbench::continueRun(const QString& folder)
{
    if (d->running) {
        Q_EMIT messageForUser(tr("A run is in progress."), tr("Stop it first; then this one can go on."));
        return;
    }
    d->openJob.run<RunRecord>([path = folder.toStdString()](const CancelFlag&) { return readRun(path); },
                              [this, folder](Outcome<RunRecord> outcome) {
                                  if (!outcome.value) {
                                      Q_EMIT messageForUser(outcome.problem->message, outcome.problem->hint);
                                      return;
                                  }
                                  d->showRecord(std::move(*outcome.value), false);
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
                                  Q_EMIT pageWanted(QStringLiteral("train"));
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
    d->openJob.run<RunRecord>([path = folder.toStdString()](const CancelFlag&) { return readRun(path); },
                              [this, page](Outcome<RunRecord> outcome) {
                                  if (!outcome.value) {
                                      Q_EMIT messageForUser(outcome.problem->message, outcome.problem->hint);
                                      return;
                                  }
                                  d->showRecord(std::move(*outcome.value), true);
                                  Q_EMIT pageWanted(page);
                              });
}

void Workbench::Private::showRecord(RunRecord record, bool followIt)
{
    stopFollowing();
    history = std::make_unique<RunHistory>();
    for (const Event& event : record.events)
        history->add(event);
    history->name = record.summary.name;
    history->runFolder = record.summary.folder.string();
    if (history->maxSteps == 0)
        history->maxSteps = record.summary.maxSteps;
    history->paused = record.summary.state == RunState::Paused;
    const bool nothingChosen = config.model.empty() && config.data.train.empty();
    historyConfig = record.config;
    if (nothingChosen) {
        RunConfig next = record.config;
        next.arguments.output_dir.clear();
        q.setConfig(next);
    }
    // Runs that lie elsewhere are remembered for the list.
    const QString folder = QString::fromStdString(history->runFolder);
    if (record.summary.folder.parent_path() != defaultRunsFolder()) {
        QStringList elsewhere = QSettings().value(QStringLiteral("runs/elsewhere")).toStringList();
        if (!elsewhere.contains(folder)) {
            elsewhere.prepend(folder);
            QSettings().setValue(QStringLiteral("runs/elsewhere"), elsewhere.mid(0, 50));
        }
    }
    if (followIt && record.summary.state == RunState::Running)
        followTimer.start();
    Q_EMIT q.runChanged();
    Q_EMIT q.stepsChanged();
    q.refreshRuns();
}

void Workbench::Private::follow()
{
    if (!history || running)
        return stopFollowing();
    const QString folder = QString::fromStdString(history->runFolder);
    const qint64 size = QFileInfo(folder + QStringLiteral("/journal.jsonl")).size();
    if (size == followedSize)
        return;
    followedSize = size;
    followJob.run<RunRecord>([path = history->runFolder](const CancelFlag&) { return readRun(path); },
                             [this](Outcome<RunRecord> outcome) {
                                 if (!outcome.value || !history || running)
                                     return;
                                 RunHistory fresh;
                                 for (const Event& event : outcome.value->events)
                                     fresh.add(event);
                                 fresh.name = history->name;
                                 fresh.runFolder = history->runFolder;
                                 *history = std::move(fresh);
                                 if (outcome.value->summary.state != RunState::Running) {
                                     stopFollowing();
                                     Q_EMIT q.runChanged();
                                 }
                                 Q_EMIT q.runUpdated();
                                 Q_EMIT q.stepsChanged();
                             });
}

void Workbench::Private::stopFollowing()
{
    followTimer.stop();
    followJob.cancel();
    followedSize = -1;
}

void Workbench::closeRun()
{
    if (d->running)
        return;
    d->stopFollowing();
    d->history.reset();
    d->historyConfig.reset();
    Q_EMIT runChanged();
    Q_EMIT stepsChanged();
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
    if (const auto found = d->tries.find(id); found != d->tries.end())
        d->engine().cancelTry(found->second);
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

QString Workbench::trainedModel() const
{
    if (!d->history || d->history->runFolder.empty())
        return {};
    const QString folder = QString::fromStdString(d->history->runFolder);
    if (!d->running && QFileInfo::exists(folder + QStringLiteral("/model.safetensors")))
        return folder;
    const auto& checkpoints = d->history->checkpoints;
    for (auto it = checkpoints.rbegin(); it != checkpoints.rend(); ++it) {
        const QString path = folder + QLatin1Char('/') + QString::fromStdString(it->path);
        if (QFileInfo::exists(path + QStringLiteral("/model.safetensors")))
            return path;
    }
    return {};
}

QString Workbench::baseModel() const
{
    return QString::fromStdString(d->historyConfig ? d->historyConfig->model : d->config.model);
}

} // namespace fettle::ui
