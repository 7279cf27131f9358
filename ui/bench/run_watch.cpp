// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/run_watch.h"

#include "core/arguments/setting_keys.h"
#include "core/arguments/train_args.h"
#include "core/models/inspect.h"
#include "core/optim/schedule.h"
#include "ui/bench/activity_words.h"
#include "ui/bench/choices.h"
#include "ui/bench/engine.h"
#include "ui/bench/model_reading.h"
#include "ui/bench/rename_run.h"
#include "ui/bench/text_reading.h"
#include "ui/look/words.h"

#include <QFileInfo>
#include <algorithm>
#include <utility>

namespace fettle::ui
{
namespace
{
/// Whether an event changes what can be done with a run, not only its figures.
bool turns(const Event& event)
{
    return !std::holds_alternative<StepEvent>(event) && !std::holds_alternative<EvalEvent>(event) &&
           !std::holds_alternative<SampleEvent>(event) && !std::holds_alternative<NoticeEvent>(event) &&
           !std::holds_alternative<ActivityEvent>(event);
}

/// Model, text and every argument but the folder, of which each run has its own.
bool trainsTheSame(const RunConfig& a, const RunConfig& b)
{
    if (a.model != b.model || a.data != b.data)
        return false;
    const std::vector<ArgumentInfo>& all = argumentTable();
    return std::all_of(all.begin(), all.end(), [&](const ArgumentInfo& info) {
        return info.name == std::string_view(setting_key::output_dir) ||
               argumentText(a.arguments, info.name) == argumentText(b.arguments, info.name);
    });
}
} // namespace

RunWatch::RunWatch(Engine& engine, Choices& choices, ModelReading& model, BackgroundPool& pool)
    : m_engine(engine), m_choices(choices), m_model(model), m_openJob(pool), m_followJob(pool), m_filesJob(pool)
{
    m_followTimer.setInterval(1000);
    connect(&m_followTimer, &QTimer::timeout, this, &RunWatch::lookOn);
    connect(&choices, &Choices::changed, this, &RunWatch::compareWithChosen);
    connect(&model, &ModelReading::finished, this, &RunWatch::learnModel); // the run may have begun before
}

void RunWatch::start()
{
    m_openJob.cancel(); // a run that was just asked for must not come over this one
    stopFollowing();
    const RunConfig& chosen = m_choices.config();
    m_engine.session().start(chosen);
    m_filesJob.cancel();
    m_history = std::make_unique<RunHistory>();
    m_history->name = textName(chosen.data).section(QLatin1Char('.'), 0, 0).toStdString();
    m_config = chosen;
    m_isAdapter = trainsAdapter(chosen);
    learnModel();
    m_history->learningRate = chosen.arguments.learning_rate;
    compareWithChosen();
    setRunning(true);
    m_pausing = false;
    m_activity.clear();
    Q_EMIT changed();
    Q_EMIT pageWanted(PageId::Train);
}

void RunWatch::setRunning(bool running)
{
    m_running = running;
    m_choices.setLocked(running);
}

void RunWatch::learnModel()
{
    const ModelFacts* model = m_model.entry();
    if (!model || !m_history || model->reference != m_config->model)
        return;
    if (m_config->objective.empty())
        m_config->objective = toString(model->objective);
    m_history->vocabularySize = model->vocabularySize;
    m_history->suitableRate = suitableLearningRate(model->parameters, model->randomWeights);
}

void RunWatch::pause()
{
    if (!m_running || m_pausing || isPaused())
        return;
    m_engine.session().pause();
    m_pausing = true; // said at once: the engine ends its step, or its samples, first
    Q_EMIT changed();
}

void RunWatch::resume()
{
    if (m_running)
        m_engine.session().resume();
}

void RunWatch::saveNow()
{
    if (m_running)
        m_engine.session().saveNow();
}

void RunWatch::stop(StopMode mode)
{
    m_again.reset();
    if (m_running)
        m_engine.session().stop(mode);
}

void RunWatch::startAgain(double learningRate)
{
    if (!m_config)
        return;
    stop(StopMode::SaveAndStop);
    if (m_running)
        m_again = learningRate;
    else
        Q_EMIT againWanted(learningRate, true);
}

void RunWatch::take(std::vector<Event>& events)
{
    const bool wasRunning = m_running;
    for (const Event& event : events)
        takeOne(event);
    if (wasRunning && !m_running)
        Q_EMIT ended();
    Q_EMIT updated();
    if (std::any_of(events.begin(), events.end(), turns))
        Q_EMIT changed();
    if (m_again && !m_running)
        Q_EMIT againWanted(*std::exchange(m_again, std::nullopt),
                           m_history && m_history->finished && m_history->finished->reason != FinishReason::Failed);
}

void RunWatch::takeOne(const Event& event)
{
    if (const auto* busy = std::get_if<ActivityEvent>(&event)) {
        m_activity = activityWords(busy->what);
        return;
    }
    if (m_history)
        m_history->add(event);
    const auto* finished = std::get_if<FinishedEvent>(&event);
    if (finished || std::holds_alternative<StepEvent>(event))
        m_activity.clear();
    if (finished || std::holds_alternative<PausedEvent>(event) || std::holds_alternative<ContinuedEvent>(event))
        m_pausing = false;
    if (finished) {
        setRunning(false);
        if (finished->reason == FinishReason::Failed && m_history && m_history->steps.empty() && !m_history->started)
            Q_EMIT failed({QString::fromStdString(finished->subject), engineWords(finished->message),
                           engineWords(finished->hint)});
    }
    const bool hasSaved = std::exchange(m_saving, std::holds_alternative<CheckpointEvent>(event));
    if ((hasSaved && !m_saving) || finished)
        lookAtFiles();
}

void RunWatch::continueRun(const QString& folder)
{
    if (m_running) {
        Q_EMIT message(tr("A run is in progress."), tr("Stop it first; then this one can go on."));
        return;
    }
    readThen(folder, [this, folder](Opened found) {
        show(std::move(found), false);
        Q_EMIT pageWanted(PageId::Train); // also where it fails: the reason stands beside its curves
        try {
            m_engine.session().resumeRun(folder.toStdString());
        } catch (const Error& error) {
            Q_EMIT failed(problemOf(error));
            return;
        }
        setRunning(true);
        m_history->finished.reset();
        m_history->paused = false;
        Q_EMIT changed();
    });
}

void RunWatch::open(const QString& folder, PageId page)
{
    if (m_running) {
        if (m_history && QFileInfo(QString::fromStdString(m_history->runFolder)) == QFileInfo(folder))
            Q_EMIT pageWanted(page);
        else
            Q_EMIT message(tr("A run is in progress."),
                           tr("Its curves stay on the page Train until it is finished or stopped."));
        return;
    }
    readThen(folder, [this, page](Opened found) {
        show(std::move(found), true);
        Q_EMIT pageWanted(page);
    });
}

void RunWatch::readThen(const QString& folder, std::function<void(Opened found)> then)
{
    m_openJob.run<Opened>([path = folder.toStdString()](const CancelFlag&) { return read(path); },
                          [this, then = std::move(then)](Outcome<Opened> outcome) {
                              if (outcome.value)
                                  then(std::move(*outcome.value));
                              else
                                  Q_EMIT message(outcome.problem->message, outcome.problem->hint);
                          });
}

RunWatch::Opened RunWatch::read(const std::filesystem::path& folder)
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

void RunWatch::show(Opened found, bool follow)
{
    const RunSummary& summary = found.summary;
    forget();
    m_history = std::make_unique<RunHistory>();
    RunHistory& history = *m_history;
    for (const Event& event : found.events)
        history.add(event);
    keepWhatIsThere(history, found.files);
    history.name = summary.name;
    history.runFolder = summary.folder.string();
    if (history.maxSteps == 0)
        history.maxSteps = summary.maxSteps;
    history.paused = summary.state == RunState::Paused;
    if (history.finished && history.hasModel) { // journals of before do not say it there
        if (!history.finished->modelStep)
            history.finished->modelStep = summary.modelStep;
        if (!history.finished->modelLoss)
            history.finished->modelLoss = summary.modelLoss;
    }
    m_config = found.reader->config();
    m_isAdapter = summary.isAdapter;
    if (found.base) {
        history.vocabularySize = found.base->vocabularySize;
        history.suitableRate = suitableLearningRate(found.base->parameters, found.base->randomWeights);
        if (m_config->objective.empty())
            m_config->objective = toString(found.base->objective);
    }
    history.learningRate = m_config->arguments.learning_rate;
    compareWithChosen();
    if (follow && (summary.state == RunState::Running || summary.state == RunState::Paused)) {
        m_follower = std::move(found.reader);
        m_followTimer.start();
    }
    Q_EMIT opened();
    Q_EMIT changed();
}

void RunWatch::lookOn()
{
    if (!m_history || m_running)
        return stopFollowing();
    if (m_isLooking || !m_follower)
        return;
    m_isLooking = true;
    m_followJob.run<Opened>(
        [reader = m_follower, folder = m_history->runFolder](const CancelFlag&) {
            Opened gained;
            gained.summary = reader->read([&](const Event& event) { gained.events.push_back(event); });
            if (!gained.events.empty())
                gained.files = lookForFiles(folder);
            return gained;
        },
        [this](Outcome<Opened> outcome) {
            m_isLooking = false;
            if (!outcome.value || !m_history || m_running)
                return;
            const RunState state = outcome.value->summary.state;
            const std::vector<Event>& events = outcome.value->events;
            const bool ended = state != RunState::Running && state != RunState::Paused;
            for (const Event& event : events)
                m_history->add(event);
            if (!events.empty())
                keepWhatIsThere(*m_history, outcome.value->files);
            else if (!ended)
                return;
            if (ended)
                stopFollowing();
            if (ended || std::any_of(events.begin(), events.end(), turns))
                Q_EMIT changed();
            Q_EMIT updated();
        });
}

void RunWatch::stopFollowing()
{
    m_followTimer.stop();
    m_followJob.cancel();
    m_follower.reset();
    m_isLooking = false;
}

void RunWatch::forget()
{
    stopFollowing();
    m_openJob.cancel();
    m_filesJob.cancel();
    m_history.reset();
    m_config.reset();
    m_isAdapter = m_otherNext = false;
    m_again.reset();
    m_activity.clear();
    Q_EMIT forgotten();
}

void RunWatch::close()
{
    if (m_running)
        return;
    forget();
    Q_EMIT changed();
}

void RunWatch::lookAtFiles()
{
    if (!m_history || m_history->runFolder.empty())
        return;
    const int64_t upTo = m_history->checkpoints.empty() ? -1 : m_history->checkpoints.back().step;
    m_filesJob.run<RunFiles>([folder = m_history->runFolder](const CancelFlag&) { return lookForFiles(folder); },
                             [this, upTo, mark = m_history->mark](Outcome<RunFiles> outcome) {
                                 if (!outcome.value || !m_history || m_history->mark != mark)
                                     return;
                                 keepWhatIsThere(*m_history, *outcome.value, upTo);
                                 Q_EMIT updated();
                             });
}

void RunWatch::compareWithChosen()
{
    const RunConfig& chosen = m_choices.config();
    m_otherNext = m_config && !chosen.model.empty() && !chosen.data.train.empty() && !trainsTheSame(chosen, *m_config);
}

bool RunWatch::hasNotComeAbout() const
{
    return !m_running && m_history && m_history->finished && !m_history->started && m_history->runFolder.empty();
}

void RunWatch::moved(const std::string& from, const std::string& to)
{
    if (m_history && m_history->runFolder == from) {
        stopFollowing(); // nobody writes it, or it could not have been renamed
        m_history->runFolder = to;
        m_history->name = std::filesystem::path(to).filename().string();
        m_config->arguments.output_dir = to;
    }
    if (m_config)
        m_config->model = movedPath(m_config->model, from, to);
    Q_EMIT changed();
}

double RunWatch::progress() const
{
    if (!m_history || m_history->maxSteps <= 0)
        return 0;
    return static_cast<double>(m_history->lastStep()) / static_cast<double>(m_history->maxSteps);
}

std::optional<TrainedModel> RunWatch::trained() const
{
    return m_history ? m_history->trained() : std::nullopt;
}

QString RunWatch::trainedModel() const
{
    const std::optional<TrainedModel> model = trained();
    return model ? QString::fromStdString(model->reference) : QString();
}

QString RunWatch::baseModel() const
{
    return QString::fromStdString(m_config ? m_config->model : m_choices.config().model);
}

std::optional<QString> RunWatch::maskToken() const
{
    const std::optional<QString> base = m_model.maskTokenOf(baseModel().toStdString());
    return base && base->isEmpty() ? m_model.maskTokenOf(trainedModel().toStdString()) : base;
}

bool RunWatch::hasChatTemplate() const
{
    const std::optional<bool> base = m_model.hasChatTemplate(baseModel().toStdString());
    return base && !*base ? m_model.hasChatTemplate(trainedModel().toStdString()).value_or(false)
                          : base.value_or(false);
}

int64_t RunWatch::contextLength() const
{
    const int64_t ofBase = m_model.contextLength(baseModel().toStdString());
    return ofBase > 0 ? ofBase : m_model.contextLength(trainedModel().toStdString());
}

} // namespace fettle::ui
