// SPDX-License-Identifier: GPL-3.0-or-later
// The workbench's texts: which they are, what is known of them, and their preview.
#include "ui/bench/workbench_private.h"

#include "core/arguments/train_args.h"
#include "ui/bench/text_defaults.h"

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

QString formatKey(const DataFormat& format)
{
    return QStringList{QString::fromStdString(format.kind), QString::fromStdString(format.encoding),
                       QString::fromStdString(format.separator), QString::fromStdString(format.quote),
                       format.header ? QString::number(*format.header) : QString()}
        .join(QChar(2));
}

QString keyOf(const RunConfig& config)
{
    QStringList parts{QString::fromStdString(config.model),
                      QString::fromStdString(config.objective),
                      QString::fromStdString(config.data.split),
                      QString::fromStdString(config.data.column),
                      formatKey(config.data.format),
                      QString::fromStdString(config.data.validation),
                      QString::number(config.data.validationFraction),
                      QString::number(config.data.packed),
                      QString::number(config.data.maxLength),
                      QString::number(config.data.appendEndOfText),
                      QString::number(config.data.skipEmptyRows)};
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
    if (d->refuses())
        return;
    DataConfig& data = d->config.data;
    if (d->preview && !d->dataProblem)
        d->readable = data;
    std::vector<std::string> texts;
    for (const QString& reference : references)
        texts.push_back(reference.toStdString());
    const bool other = texts != data.train;
    data.train = std::move(texts);
    if (other) {
        data.column.clear();
        data.split.clear();
        data.format = {};
        d->promptsOfMask.clear();
    }
    d->chooseForText();
    d->preview.reset();
    d->facts.reset();
    d->factsKey.clear();
    d->dataProblem.reset();
    d->previewKey.clear(); // the same text again: read it again
    // A text without a model could not be shown in tokens: begin with the small one that comes along.
    if (d->config.model.empty() && !references.isEmpty()) {
        d->config.model = "bundled:nano-gpt";
        d->readModel();
    }
    d->changed();
}

QString Workbench::formerText() const
{
    return d->dataProblem && d->readable && d->readable->train != d->config.data.train ? textName(*d->readable)
                                                                                       : QString();
}

void Workbench::takeFormerText()
{
    if (formerText().isEmpty() || d->refuses())
        return;
    const DataConfig former = *d->readable;
    QStringList texts;
    for (const std::string& text : former.train)
        texts << QString::fromStdString(text);
    setTexts(texts);
    DataConfig& data = d->config.data;
    data.column = former.column;
    data.split = former.split;
    data.format = former.format;
    d->changed();
}

void Workbench::setFormat(const DataFormat& format)
{
    DataConfig data = d->config.data;
    if (data.format == format)
        return;
    data.format = format;
    data.column.clear(); // its name may be another one now
    setData(data);
}

void Workbench::setColumn(const QString& column)
{
    DataConfig data = d->config.data;
    data.column = column.toStdString();
    setData(data);
}

std::shared_ptr<const DataPreview> Workbench::textFacts() const
{
    return d->preview ? d->preview : d->facts;
}

void Workbench::Private::lookAtTexts()
{
    QStringList parts{formatKey(config.data.format)};
    for (const std::string& text : config.data.train)
        parts << QString::fromStdString(text);
    const QString key = parts.join(QChar(1));
    if (config.data.train.empty() || key == factsKey)
        return;
    factsKey = key;
    factsJob.run<DataPreview>(
        [data = config.data](const CancelFlag& cancel) mutable {
            data.column.clear(); // the likeliest one is offered, whatever was asked for
            const auto goOn = [&cancel](double) { return !*cancel; };
            requirePlainFiles(data.train);
            try {
                return previewColumns(data, goOn);
            } catch (const Error& error) {
                if (error.code() == ErrorCode::Stopped)
                    throw;
            }
            // Not even the columns: what the file is may still be known.
            DataPreview known;
            known.sources.push_back(recogniseFile(resolveText(data.train.front()), data.format));
            return known;
        },
        [this](Outcome<DataPreview> outcome) {
            facts = outcome.value ? std::make_shared<const DataPreview>(std::move(*outcome.value)) : nullptr;
            Q_EMIT q.dataChanged();
        });
}

void Workbench::setData(const DataConfig& data)
{
    if (d->refuses())
        return;
    d->pushUndo();
    const DataConfig before = d->config.data;
    d->config.data = data;
    d->byHand.insert(QStringLiteral("data"));
    if (data.validation != before.validation || data.validationFraction != before.validationFraction)
        d->setByHand(QStringLiteral("data.validation"));
    else if (data.column != before.column || !(data.format == before.format))
        d->keepAside(); // it may have been left out for a text that was too short
    if (data.appendEndOfText != before.appendEndOfText)
        d->setByHand(QStringLiteral("data.end_of_text"));
    if (data.train != before.train)
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

void Workbench::Private::changed()
{
    fitToText();
    Q_EMIT q.configChanged();
    scheduleData();
    scheduleForecast();
    Q_EMIT q.stepsChanged();
}

void Workbench::Private::scheduleData()
{
    const QString key = keyOf(config);
    const bool possible = !config.data.train.empty() && model && !modelProblem;
    if (!possible) {
        const bool had = preview != nullptr || readingData;
        dataJob.cancel();
        dataTimer.stop();
        readingData = false;
        previewKey.clear();
        if (!config.data.train.empty() && readingModel)
            return; // comes with the model
        lookAtTexts();
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

namespace
{
struct ReadText {
    DataPreview preview;
    bool nothingAside = false; ///< the text was too short to keep rows aside
};
} // namespace

void Workbench::Private::readData()
{
    const auto lastTold = std::make_shared<std::atomic<int>>(-1);
    const bool mayKeepNothing = automatic.count(QStringLiteral("data.validation")) > 0;
    dataJob.run<ReadText>(
        [this, config = config, lastTold, mayKeepNothing](const CancelFlag& cancel) {
            const auto tell = [this, cancel, lastTold](double fraction) {
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
            };
            requirePlainFiles(config.data.train);
            requirePlainFiles({config.data.validation});
            try {
                return ReadText{previewRunData(config, 8, tell), false};
            } catch (const Error& error) {
                if (!mayKeepNothing || error.code() == ErrorCode::Stopped)
                    throw;
                RunConfig whole = config;
                whole.data.validationFraction = 0;
                try {
                    return ReadText{previewRunData(whole, 8, tell), true};
                } catch (const Error&) {
                    throw error; // that was not the reason
                }
            }
        },
        [this](Outcome<ReadText> outcome) {
            readingData = false;
            if (outcome.value) {
                if (outcome.value->nothingAside) {
                    config.data.validationFraction = 0;
                    previewKey = keyOf(config);
                }
                preview = std::make_shared<const DataPreview>(std::move(outcome.value->preview));
                dataProblem.reset();
                readable = config.data;
                if (fitToText() || outcome.value->nothingAside)
                    Q_EMIT q.configChanged();
            } else {
                dataProblem = outcome.problem;
                if (dataProblem->subject.isEmpty())
                    dataProblem->subject = QStringLiteral("data");
                preview.reset();
                lookAtTexts();
            }
            Q_EMIT q.dataChanged();
            Q_EMIT q.stepsChanged();
            scheduleForecast();
        });
}

} // namespace fettle::ui
