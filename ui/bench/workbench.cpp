// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/workbench.h"

#include "ui/bench/rename_run.h"
#include "ui/look/words.h"

#include <QTimer>
#include <utility>

namespace fettle::ui
{

Workbench::Workbench(QObject* parent) : QObject(parent)
{
    joinParts();
    models.read();
}

Workbench::~Workbench()
{
    m_pool.end();
    m_engine.end();
}

void Workbench::joinParts()
{
    connect(&model, &ModelReading::finished, this, [this] { choices.learnModel(model.entry()); });
    connect(&text, &TextReading::finished, this,
            [this] { choices.learnText(text.preview(), text.isTooShortToKeepAside()); });
    connect(&forecasts, &Forecasts::finished, this, [this] {
        if (!run.isRunning()) // what it was started with stays as it is
            choices.learnSeconds(forecasts.forecast() ? forecasts.forecast()->seconds : 0);
    });

    connect(&run, &RunWatch::opened, this, [this] {
        if (choices.config().model.empty() && choices.config().data.train.empty())
            takeOverRun();
        runs.remember(QString::fromStdString(run.history()->runFolder));
    });
    // A run measures how fast this computer is, while it trains and when it has ended.
    const auto forecastAgain = [this] {
        forecasts.update();
        if (demos.hasForecasts())
            demos.makeForecasts();
    };
    auto* measuring = new QTimer(this);
    measuring->setInterval(2000);
    connect(measuring, &QTimer::timeout, this, forecastAgain);
    connect(&run, &RunWatch::changed, this, [this, measuring] {
        const bool trains = run.isRunning() && !run.isPaused();
        if (trains != measuring->isActive())
            trains ? measuring->start() : measuring->stop();
    });
    connect(&run, &RunWatch::ended, this, forecastAgain);
    connect(&run, &RunWatch::forgotten, this, [this] { m_startsWhenReady = false; });
    connect(&run, &RunWatch::againWanted, this, &Workbench::startAgain);
    connect(&run, &RunWatch::failed, this, [this](const Problem& problem) {
        m_refused = choices.config();
        run.isOtherNext() ? Q_EMIT continueFailed(problem) : Q_EMIT startFailed(problem);
    });
    connect(this, &Workbench::startFailed, this, [this] { m_refused = choices.config(); });
    connect(&choices, &Choices::changed, this, [this] {
        if (m_refused && !run.isRunning() &&
            (choices.config().model != m_refused->model || choices.config().data.train != m_refused->data.train))
            endFailure();
    });
    connect(&run, &RunWatch::opened, this, &Workbench::endFailure); // another run
    connect(&runs, &RunShelf::moved, this, [this](const std::string& from, const std::string& to) {
        run.moved(from, to);
        const std::string& chosen = choices.config().model;
        if (const std::string now = movedPath(chosen, from, to); now != chosen && !run.isRunning())
            choices.setModel(QString::fromStdString(now));
        forecasts.update(); // where the next run would lie
    });

    connect(&choices, &Choices::changed, this, &Workbench::changed);
    connect(&model, &ModelReading::changed, this, &Workbench::changed);
    connect(&text, &TextReading::changed, this, &Workbench::changed);
    connect(&forecasts, &Forecasts::changed, this, &Workbench::changed);
    connect(&run, &RunWatch::changed, this, &Workbench::changed);
    connect(&run, &RunWatch::updated, this, &Workbench::changed);
    connect(&runs, &RunShelf::changed, this, &Workbench::changed);
    connect(this, &Workbench::changed, this, &Workbench::startIfReady);
    connect(&run, &RunWatch::pageWanted, this, &Workbench::pageWanted);
    connect(&opener, &Opener::pageWanted, this, &Workbench::pageWanted);
    connect(&choices, &Choices::message, this, &Workbench::message);
    connect(&models, &ModelShelf::message, this, &Workbench::message);
    connect(&run, &RunWatch::message, this, &Workbench::message);
    connect(&runs, &RunShelf::message, this, &Workbench::message);
    connect(&opener, &Opener::message, this, &Workbench::message);
}

std::vector<Problem> Workbench::chosenProblems() const
{
    const RunConfig& config = choices.config();
    std::vector<Problem> all;
    if (config.model.empty())
        all.push_back({QStringLiteral("model"), tr("No model is chosen yet."), tr("Choose one on the page Model.")});
    else if (model.problem())
        all.push_back(*model.problem());
    if (config.data.train.empty())
        all.push_back({QStringLiteral("data"), tr("No text is chosen yet."), tr("Choose one on the page Data.")});
    else if (text.problem())
        all.push_back(*text.problem());
    for (const auto& [name, problem] : choices.badValues())
        all.push_back(problem);
    if (choices.conflict())
        all.push_back(*choices.conflict());
    return all;
}

std::vector<Problem> Workbench::problems() const
{
    std::vector<Problem> all = chosenProblems();
    if (const auto missing = forecasts.missing(); missing && all.empty())
        all.push_back(*missing);
    return all;
}

std::optional<Problem> Workbench::problem(const QString& subject) const
{
    if (subject == QLatin1String("model") && model.problem())
        return model.problem();
    if (const auto& unread = text.problem(); unread && (subject == QLatin1String("data") || subject == unread->subject))
        return unread;
    if (const auto found = choices.badValues().find(subject); found != choices.badValues().end())
        return found->second;
    if (const auto& conflict = choices.conflict(); conflict && conflict->subject == subject)
        return conflict;
    return std::nullopt;
}

void Workbench::endFailure()
{
    if (!std::exchange(m_refused, std::nullopt))
        return;
    if (run.hasNotComeAbout())
        run.close();
    Q_EMIT startFailureOver();
}

bool Workbench::canStart() const
{
    return !run.isRunning() && model.entry() && text.preview() && !text.isReading() && !model.isReading() &&
           problems().empty();
}

void Workbench::start()
{
    if (run.isRunning())
        return;
    m_startsWhenReady = false;
    try {
        if (const std::vector<Problem> all = chosenProblems(); all.empty())
            run.start();
        else
            Q_EMIT startFailed(all.front());
    } catch (const Error& error) {
        Q_EMIT startFailed(problemOf(error));
    }
}

void Workbench::startDemo(const QString& name)
{
    if (run.isRunning()) {
        Q_EMIT message(tr("A run is in progress."), tr("Stop it first, then try the demo."));
        return;
    }
    try {
        RunConfig demo = Demos::config(name);
        // As for all runs begun in the window: where rows are kept aside, the best state stays on disk.
        demo.arguments.load_best_model_at_end = demo.data.validationFraction > 0;
        choices.setDemo(demo);
    } catch (const Error& error) {
        Q_EMIT message(engineWords(error.message()), engineWords(error.hint()));
        return;
    }
    start();
}

void Workbench::lookAgain()
{
    if (!run.isRunning())
        text.lookAgain();
}

void Workbench::takeOverRun()
{
    if (!run.config() || run.isRunning())
        return;
    RunConfig next = *run.config();
    next.arguments.output_dir.clear();
    choices.setRun(next);
}

void Workbench::startAgain(double learningRate, bool start)
{
    if (run.isOtherNext())
        takeOverRun();
    TrainArgs next = choices.config().arguments;
    next.learning_rate = learningRate;
    next.output_dir.clear(); // the one of the run that was
    choices.setArguments(next);
    m_startsWhenReady = start;
    startIfReady();
}

void Workbench::startIfReady()
{
    if (m_startsWhenReady && !run.isRunning() && !model.isReading() && !text.isReading() &&
        (text.preview() || !problems().empty()))
        start(); // or it says what stands in the way
}

} // namespace fettle::ui
