// SPDX-License-Identifier: GPL-3.0-or-later
// The workbench's choice: model, text and settings; what depends on them is read in the background.
#include "ui/bench/workbench.h"

#include "ui/bench/workbench_private.h"
#include "ui/look/words.h"

#include <QSettings>

namespace fettle::ui
{
namespace
{
const QString foldersKey = QStringLiteral("models/folders");
} // namespace

Workbench::Private::Private(Workbench& workbench)
    : q(workbench), queue([this](std::vector<Event>& events) { onEvents(events); })
{
    pool.setMaxThreadCount(3);
    dataTimer.setSingleShot(true);
    dataTimer.setInterval(200);
    forecastTimer.setSingleShot(true);
    forecastTimer.setInterval(80);
    followTimer.setInterval(1000);
    runsTimer.setInterval(3000);
    QObject::connect(&dataTimer, &QTimer::timeout, &q, [this] { readData(); });
    QObject::connect(&forecastTimer, &QTimer::timeout, &q, [this] { makeForecast(); });
    QObject::connect(&followTimer, &QTimer::timeout, &q, [this] { follow(); });
    resourceTimer.setSingleShot(true);
    resourceTimer.setInterval(4000);
    QObject::connect(&resourceTimer, &QTimer::timeout, &q, [this] { makeForecast(); });
    QObject::connect(&runsTimer, &QTimer::timeout, &q, [this] { q.refreshRuns(); });
    QObject::connect(&q, &Workbench::configChanged, &q, [this] { compareWithRun(); });
    QObject::connect(&q, &Workbench::stepsChanged, &q, [this] { startIfReady(); });
    ownFolders = QSettings().value(foldersKey).toStringList();
}

Workbench::Private::~Private()
{
    for (BackgroundSlot* slot : {&modelJob, &bundledJob, &ownJob, &maskJob, &dataJob, &offerJob, &factsJob,
                                 &forecastJob, &demoJob, &openJob, &followJob, &filesJob, &runsJob, &cutJob, &countJob})
        slot->cancel();
    pool.waitForDone();
    session.reset();
}

Session& Workbench::Private::engine()
{
    if (!session)
        session = std::make_unique<Session>(queue);
    return *session;
}

Workbench::Workbench(QObject* parent) : QObject(parent), d(std::make_unique<Private>(*this))
{
    d->readBundled();
    d->readOwnModels();
    refreshRuns();
    d->runsTimer.start();
}

Workbench::~Workbench() = default;

const RunConfig& Workbench::config() const
{
    return d->config;
}

void Workbench::setConfig(const RunConfig& config)
{
    const bool otherModel = config.model != d->config.model;
    d->config = config;
    d->badValues.clear();
    d->undos.clear();
    d->automatic.clear();
    d->byHand.clear();
    d->borrowed = false;
    d->promptsMask.reset();
    d->promptsOfMask.clear();
    if (otherModel || (!d->model && !config.model.empty()))
        d->readModel();
    d->changed();
}

void Workbench::setModel(const QString& reference)
{
    if (reference.toStdString() == d->config.model && (d->model || d->readingModel))
        return;
    if (d->refuses())
        return;
    d->config.model = reference.toStdString();
    d->config.objective.clear();
    d->readModel();
    d->changed();
}

void Workbench::Private::readModel()
{
    model.reset();
    modelProblem.reset();
    readingModel = !config.model.empty();
    Q_EMIT q.modelChanged();
    Q_EMIT q.stepsChanged();
    if (!readingModel)
        return;
    modelJob.run<ModelEntry>([reference = config.model](const CancelFlag&) { return inspectModel(reference); },
                             [this](Outcome<ModelEntry> outcome) {
                                 readingModel = false;
                                 model = std::move(outcome.value);
                                 modelProblem = std::move(outcome.problem);
                                 if (model && model->tokenizer.empty())
                                     modelProblem = Problem{
                                         QStringLiteral("model"),
                                         tr("%1 has no tokenizer: nothing says how it cuts a text into pieces.")
                                             .arg(QString::fromStdString(model->name)),
                                         tr("Put its tokenizer.json (or vocab.txt, or tokenizer.model) into %1, then "
                                            "choose it again.")
                                             .arg(placeText(QString::fromStdString(model->folder.string())))};
                                 fitPrompts();
                                 if (modelProblem && modelProblem->subject.isEmpty())
                                     modelProblem->subject = QStringLiteral("model");
                                 previewKey.clear();
                                 tellRunOfModel(); // it may have begun before
                                 Q_EMIT q.modelChanged();
                                 changed();
                             });
}

const ModelEntry* Workbench::model() const
{
    return d->model ? &*d->model : nullptr;
}

bool Workbench::isReadingModel() const
{
    return d->readingModel;
}

std::vector<ModelEntry> Workbench::bundled() const
{
    return d->bundled;
}

const std::vector<ModelEntry>& Workbench::ownModels() const
{
    return d->ownModels;
}

std::vector<Problem> Workbench::ownModelProblems() const
{
    return d->ownProblems;
}

void Workbench::Private::readBundled()
{
    bundledJob.run<std::vector<ModelEntry>>([](const CancelFlag&) { return bundledModels(); },
                                            [this](Outcome<std::vector<ModelEntry>> outcome) {
                                                if (outcome.value)
                                                    bundled = std::move(*outcome.value);
                                                else
                                                    Q_EMIT q.messageForUser(outcome.problem->message,
                                                                            outcome.problem->hint);
                                                Q_EMIT q.modelsChanged();
                                            });
}

void Workbench::Private::readOwnModels()
{
    using Lists = std::pair<std::vector<ModelEntry>, std::vector<Problem>>;
    ownJob.run<Lists>(
        [folders = ownFolders](const CancelFlag& cancel) {
            Lists lists;
            for (const QString& folder : folders) {
                if (*cancel)
                    break;
                try {
                    lists.first.push_back(inspectModel(folder.toStdString()));
                } catch (const Error& error) {
                    lists.second.push_back(
                        {folder, QString::fromStdString(error.message()), QString::fromStdString(error.hint())});
                }
            }
            return lists;
        },
        [this](Outcome<Lists> outcome) {
            if (outcome.value)
                std::tie(ownModels, ownProblems) = std::move(*outcome.value);
            Q_EMIT q.modelsChanged();
        });
}

void Workbench::addModelFolder(const QString& folder)
{
    if (!d->ownFolders.contains(folder)) {
        d->ownFolders << folder;
        QSettings().setValue(foldersKey, d->ownFolders);
    }
    d->readOwnModels();
}

void Workbench::removeModelFolder(const QString& folder)
{
    d->ownFolders.removeAll(folder);
    QSettings().setValue(foldersKey, d->ownFolders);
    d->readOwnModels();
}

bool Workbench::canUndo() const
{
    return !d->undos.empty();
}

void Workbench::undo()
{
    if (d->undos.empty() || d->refuses())
        return;
    // Only settings go back: the model and the texts stay as they were chosen since. Column, split and format belong to
    // a text: those of another one are not brought back.
    Private::Undo last = std::move(d->undos.back());
    d->undos.pop_back();
    last.config.model = d->config.model;
    last.config.objective = d->config.objective;
    DataConfig& data = last.config.data;
    const DataConfig& now = d->config.data;
    if (data.train != now.train) {
        data.train = now.train;
        data.column = now.column;
        data.split = now.split;
        data.format = now.format;
        data.validation = now.validation;
    }
    d->config = std::move(last.config);
    d->badValues = std::move(last.badValues);
    d->automatic = std::move(last.automatic);
    d->byHand = std::move(last.byHand);
    d->changed();
}

void Workbench::Private::pushUndo()
{
    constexpr size_t most = 200;
    undos.push_back({config, badValues, automatic, byHand});
    if (undos.size() > most)
        undos.erase(undos.begin());
}

bool Workbench::Private::refuses()
{
    if (running)
        Q_EMIT q.messageForUser(tr("A run uses what is chosen here: nothing can be changed until it ends."),
                                tr("Stop it, or wait, and do it again."));
    return running;
}

QString Workbench::maskToken() const
{
    return d->model ? QString::fromStdString(maskTokenOf(*d->model)) : QString();
}

QString Workbench::baseMaskToken() const
{
    const std::string base = baseModel().toStdString();
    if (d->model && base == d->config.model)
        return maskToken();
    if (const auto known = d->maskTokens.find(base); known != d->maskTokens.end())
        return QString::fromStdString(known->second);
    if (!base.empty() && base != d->maskAskedFor) {
        d->maskAskedFor = base;
        d->maskJob.run<std::string>([base](const CancelFlag&) { return maskTokenOf(inspectModel(base)); },
                                    [this, base](Outcome<std::string> outcome) {
                                        d->maskTokens[base] = outcome.value.value_or(std::string());
                                        Q_EMIT d->q.modelChanged();
                                    });
    }
    return {};
}

std::string maskTokenOf(const ModelEntry& model)
{
    return model.objective == Objective::Masked ? model.maskToken : std::string();
}

bool hasEndToken(const ModelEntry& model)
{
    return !model.endToken.empty();
}

} // namespace fettle::ui
