// SPDX-License-Identifier: GPL-3.0-or-later
// The workbench's text and settings: preview, forecast and what stands before a start.
#include "ui/bridge/workbench_private.h"

#include "core/arguments/train_args.h"

#include <QDateTime>
#include <QFileInfo>

namespace fettle::ui
{
namespace
{
/// Arguments that change which tokens are read, hidden or counted; all others leave the preview as it is.
constexpr const char* dataArguments[] = {
    "num_train_epochs", "per_device_train_batch_size", "gradient_accumulation_steps", "max_steps", "seed", "data_seed",
    "mlm_probability",  "dataloader_drop_last"};

QString keyOf(const RunConfig& config)
{
    QStringList parts{QString::fromStdString(config.model),
                      QString::fromStdString(config.objective),
                      QString::fromStdString(config.data.split),
                      QString::fromStdString(config.data.column),
                      QString::fromStdString(config.data.validation),
                      QString::number(config.data.validationFraction),
                      QString::number(config.data.packed),
                      QString::number(config.data.maxLength),
                      QString::number(config.data.appendEndOfText)};
    for (const std::string& text : config.data.train) {
        const QFileInfo file(QString::fromStdString(text));
        parts << QString::fromStdString(text) << QString::number(file.lastModified().toMSecsSinceEpoch());
    }
    for (const char* name : dataArguments)
        if (findArgument(name))
            parts << QString::fromStdString(argumentText(config.arguments, name));
    return parts.join(QChar(1));
}
} // namespace

void Workbench::setTexts(const QStringList& references)
{
    d->config.data.train.clear();
    for (const QString& reference : references)
        d->config.data.train.push_back(reference.toStdString());
    d->config.data.column.clear();
    d->config.data.split.clear();
    d->preview.reset();
    d->dataProblem.reset();
    d->previewKey.clear(); // the same text again: read it again
    // A text without a model could not be shown in tokens: begin with the small one that comes along.
    if (d->config.model.empty() && !references.isEmpty()) {
        d->config.model = "bundled:nano-gpt";
        d->readModel();
    }
    d->changed();
}

void Workbench::setData(const DataConfig& data)
{
    d->pushUndo();
    const bool otherText = data.train != d->config.data.train;
    d->config.data = data;
    if (otherText)
        d->preview.reset();
    d->changed();
}

std::shared_ptr<const DataPreview> Workbench::preview() const
{
    return d->preview;
}

bool Workbench::isReadingData() const
{
    return d->readingData;
}

double Workbench::readingFraction() const
{
    return d->readingFraction;
}

void Workbench::cancelReading()
{
    if (!d->readingData)
        return;
    d->dataJob.cancel();
    d->dataTimer.stop();
    d->readingData = false;
    d->dataProblem =
        Problem{QStringLiteral("data"), tr("Reading was cancelled."), tr("Choose the text again to read it.")};
    Q_EMIT dataChanged();
    Q_EMIT stepsChanged();
}

void Workbench::setSamples(const SamplesConfig& samples)
{
    d->pushUndo();
    d->config.samples = samples;
    d->changed();
}

void Workbench::setArgument(const QString& name, const QString& text)
{
    const std::string key = name.toStdString();
    const ArgumentInfo* info = findArgument(key);
    if (!info)
        return;
    const std::string problem = argumentProblem(*info, text.toStdString());
    if (problem.empty() && !d->badValues.count(name) && argumentText(d->config.arguments, key) == text.toStdString())
        return;
    d->pushUndo();
    if (!problem.empty()) {
        d->badValues[name] = {name, QString::fromStdString(problem), {}};
    } else {
        d->badValues.erase(name);
        try {
            setArgumentText(d->config.arguments, key, text.toStdString());
        } catch (const Error& error) {
            d->badValues[name] = {name, QString::fromStdString(error.message()), QString::fromStdString(error.hint())};
        }
    }
    d->changed();
}

void Workbench::setArguments(const TrainArgs& arguments)
{
    d->pushUndo();
    d->config.arguments = arguments;
    d->badValues.clear();
    d->changed();
}

void Workbench::resetArguments()
{
    d->pushUndo();
    const std::string folder = d->config.arguments.output_dir;
    d->config.arguments = TrainArgs{};
    d->config.arguments.output_dir = folder;
    d->badValues.clear();
    d->changed();
}

std::optional<Forecast> Workbench::forecast() const
{
    return d->forecast;
}

std::vector<Problem> Workbench::problems() const
{
    std::vector<Problem> all;
    if (d->config.model.empty())
        all.push_back({QStringLiteral("model"), tr("No model is chosen yet."), tr("Choose one on the page Model.")});
    else if (d->modelProblem)
        all.push_back(*d->modelProblem);
    if (d->config.data.train.empty())
        all.push_back({QStringLiteral("data"), tr("No text is chosen yet."), tr("Choose one on the page Data.")});
    else if (d->dataProblem)
        all.push_back(*d->dataProblem);
    for (const auto& [name, problem] : d->badValues)
        all.push_back(problem);
    if (d->checkProblem && !problem(d->checkProblem->subject))
        all.push_back(*d->checkProblem);
    return all;
}

std::optional<Problem> Workbench::problem(const QString& subject) const
{
    if (subject == QLatin1String("model") && d->modelProblem)
        return d->modelProblem;
    if (subject == QLatin1String("data") && d->dataProblem)
        return d->dataProblem;
    if (const auto found = d->badValues.find(subject); found != d->badValues.end())
        return found->second;
    if (d->checkProblem && d->checkProblem->subject == subject)
        return d->checkProblem;
    return std::nullopt;
}

bool Workbench::canStart() const
{
    return !d->running && d->model && d->preview && !d->readingData && !d->readingModel && problems().empty();
}

void Workbench::Private::changed()
{
    Q_EMIT q.configChanged();
    scheduleData();
    scheduleForecast();
    Q_EMIT q.stepsChanged();
}

void Workbench::Private::scheduleData()
{
    const QString key = keyOf(config);
    const bool possible = !config.data.train.empty() && model;
    if (!possible) {
        const bool had = preview != nullptr || readingData;
        dataJob.cancel();
        dataTimer.stop();
        readingData = false;
        previewKey.clear();
        if (!config.data.train.empty() && readingModel)
            return; // comes with the model
        preview.reset();
        if (had)
            Q_EMIT q.dataChanged();
        return;
    }
    if (key == previewKey)
        return;
    previewKey = key;
    dataJob.cancel();
    readingData = true;
    readingFraction = -1;
    dataProblem.reset();
    dataTimer.start();
    Q_EMIT q.dataChanged();
}

void Workbench::Private::readData()
{
    const auto lastTold = std::make_shared<std::atomic<int>>(-1);
    dataJob.run<DataPreview>(
        [this, config = config, lastTold](const CancelFlag& cancel) {
            return previewRunData(config, 8, [this, cancel, lastTold](double fraction) {
                const int percent = static_cast<int>(fraction * 100);
                if (lastTold->exchange(percent) != percent)
                    QMetaObject::invokeMethod(
                        &dataTimer,
                        [this, cancel, fraction] {
                            if (*cancel)
                                return;
                            readingFraction = fraction;
                            Q_EMIT q.dataChanged();
                        },
                        Qt::QueuedConnection);
                return !*cancel;
            });
        },
        [this](Outcome<DataPreview> outcome) {
            readingData = false;
            if (outcome.value) {
                preview = std::make_shared<const DataPreview>(std::move(*outcome.value));
                dataProblem.reset();
            } else {
                dataProblem = outcome.problem;
                if (dataProblem->subject.isEmpty())
                    dataProblem->subject = QStringLiteral("data");
                preview.reset();
            }
            Q_EMIT q.dataChanged();
            Q_EMIT q.stepsChanged();
            scheduleForecast();
        });
}

void Workbench::Private::scheduleForecast()
{
    forecastTimer.start();
}

void Workbench::Private::makeForecast()
{
    if (!model || !preview) {
        forecastJob.cancel();
        const bool had = forecast || checkProblem;
        forecast.reset();
        checkProblem.reset();
        if (had)
            Q_EMIT q.forecastChanged();
        return;
    }
    forecastJob.run<Forecast>(
        [config = config, entry = *model, data = preview](const CancelFlag&) {
            validateRunConfig(config);
            return forecastRun(config, entry, *data);
        },
        [this](Outcome<Forecast> outcome) {
            checkProblem = outcome.problem;
            if (outcome.value)
                forecast = outcome.value;
            Q_EMIT q.forecastChanged();
            Q_EMIT q.stepsChanged();
        });
}

} // namespace fettle::ui
