// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/text_reading.h"

#include "core/arguments/setting_keys.h"
#include "core/arguments/train_args.h"
#include "core/session.h"
#include "ui/bench/choices.h"
#include "ui/bench/model_reading.h"

#include <QDateTime>
#include <QFileInfo>
#include <utility>

namespace fettle::ui
{
namespace
{
QString formatKey(const DataFormat& format)
{
    return QStringList{QString::fromStdString(format.kind), QString::fromStdString(format.encoding),
                       QString::fromStdString(format.separator), QString::fromStdString(format.quote),
                       format.header ? QString::number(*format.header) : QString()}
        .join(QChar(2));
}

/// Another one once a file was changed or went away.
QString stateOf(const std::string& text)
{
    const QFileInfo file(QString::fromStdString(text));
    return file.exists() ? QString::number(file.lastModified().toMSecsSinceEpoch()) : QString();
}

QString keyOf(const RunConfig& config)
{
    QStringList parts{QString::fromStdString(config.model),
                      QString::fromStdString(config.objective),
                      QString::fromStdString(config.data.split),
                      QString::fromStdString(config.data.column),
                      QString::fromStdString(config.data.templateText),
                      QString::fromStdString(config.data.prompt),
                      QString::fromStdString(config.data.completion),
                      QString::number(config.data.completionOnly),
                      QString::number(config.data.keepsStart),
                      formatKey(config.data.format),
                      QString::fromStdString(config.data.validation),
                      stateOf(config.data.validation),
                      QString::number(config.data.validationFraction),
                      QString::number(static_cast<int>(config.data.blocks)),
                      QString::number(config.data.maxLength),
                      QString::number(config.data.appendEndOfText),
                      QString::number(config.data.skipEmptyRows)};
    for (const std::string& text : config.data.train)
        parts << QString::fromStdString(text) << stateOf(text);
    for (const auto& [text, weight] : config.data.trainWeights)
        parts << QString::fromStdString(text) << QString::number(weight);
    for (const ArgumentInfo& info : argumentTable())
        if (info.form.changesText)
            parts << QString::fromStdString(argumentText(config.arguments, info.name));
    return parts.join(QChar(1));
}
} // namespace

void requirePlainFiles(const std::vector<std::string>& texts)
{
    for (const std::string& text : texts) {
        const QFileInfo file(QString::fromStdString(text));
        if (file.exists() && !file.isFile() && !file.isDir())
            throw badInput(text + " is no file but a pipe or a device.",
                           "Write what it gives into a file, and open that.", "data");
    }
}

QString textName(const DataConfig& data)
{
    if (data.train.empty())
        return {};
    if (data.train.size() > 1)
        return TextReading::tr("%n files", nullptr, static_cast<int>(data.train.size()));
    return QString::fromStdString(TextReference::parse(data.train.front()).fileName());
}

TextReading::TextReading(const Choices& choices, const ModelReading& model, BackgroundPool& pool)
    : m_choices(choices), m_model(model), m_job(pool), m_factsJob(pool)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(200);
    connect(&m_timer, &QTimer::timeout, this, &TextReading::read);
    connect(&choices, &Choices::textsChosen, this, &TextReading::forget);
    connect(&choices, &Choices::changed, this, &TextReading::update);
}

const DataConfig* TextReading::former() const
{
    return m_problem && m_readable && m_readable->train != m_choices.config().data.train ? &*m_readable : nullptr;
}

void TextReading::forget()
{
    m_preview.reset();
    m_facts.reset();
    m_problem.reset();
    m_factsKey.clear();
    m_key.clear(); // the same text again: read it again
}

void TextReading::update()
{
    const RunConfig& config = m_choices.config();
    const bool possible = !config.data.train.empty() && m_model.entry() && !m_model.problem();
    if (!possible) {
        const bool had = m_preview != nullptr || m_isReading;
        m_job.cancel();
        m_timer.stop();
        m_isReading = false;
        m_key.clear();
        const bool hadProblem = std::exchange(m_problem, std::nullopt).has_value(); // another model may read it
        if (!config.data.train.empty() && m_model.isReading()) {
            if (hadProblem)
                Q_EMIT changed();
            return; // it comes with the model
        }
        lookAtFiles();
        m_preview.reset();
        if (had || hadProblem)
            Q_EMIT changed();
        return;
    }
    const QString key = keyOf(config);
    if (key == m_key)
        return;
    m_key = key;
    m_job.cancel();
    m_isReading = true;
    m_fraction = -1;
    m_problem.reset();
    m_timer.start();
    Q_EMIT changed();
}

void TextReading::cancel()
{
    if (!m_isReading)
        return;
    m_job.cancel();
    m_timer.stop();
    m_isReading = false;
    m_problem = Problem{QStringLiteral("data"), tr("Reading was cancelled."), tr("Choose the text again to read it.")};
    Q_EMIT changed();
}

void TextReading::read()
{
    const auto lastTold = std::make_shared<std::atomic<int>>(-1);
    m_job.run<ReadText>(
        [this, config = m_choices.config(), lastTold,
         mayKeepNothing =
             m_choices.isAutomatic(QString::fromLatin1(setting_key::data::validation))](const CancelFlag& cancel) {
            const auto tell = [this, cancel, lastTold](double fraction) {
                const int percent = static_cast<int>(fraction * 100);
                if (lastTold->exchange(percent) != percent)
                    QMetaObject::invokeMethod(
                        this,
                        [this, cancel, fraction] {
                            if (*cancel)
                                return;
                            m_fraction = fraction;
                            Q_EMIT changed();
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
        [this](Outcome<ReadText> outcome) { take(std::move(outcome)); });
}

void TextReading::take(Outcome<ReadText> outcome)
{
    m_isReading = false;
    m_tooShort = outcome.value && outcome.value->tooShort;
    if (outcome.value) {
        RunConfig config = m_choices.config();
        if (m_tooShort) {
            config.data.validationFraction = 0;
            m_key = keyOf(config);
        }
        m_preview = std::make_shared<const DataPreview>(std::move(outcome.value->preview));
        m_problem.reset();
        m_readable = config.data;
    } else {
        m_problem = outcome.problem;
        if (m_problem->subject.isEmpty())
            m_problem->subject = QStringLiteral("data");
        m_preview.reset();
        lookAtFiles();
    }
    Q_EMIT finished();
    Q_EMIT changed();
}

void TextReading::lookAtFiles()
{
    const DataConfig& chosen = m_choices.config().data;
    QStringList parts{formatKey(chosen.format)};
    for (const std::string& text : chosen.train)
        parts << QString::fromStdString(text);
    const QString key = parts.join(QChar(1));
    if (chosen.train.empty() || key == m_factsKey)
        return;
    m_factsKey = key;
    m_factsJob.run<DataPreview>(
        [data = chosen](const CancelFlag& cancel) mutable {
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
            m_facts = outcome.value ? std::make_shared<const DataPreview>(std::move(*outcome.value)) : nullptr;
            Q_EMIT changed();
        });
}

} // namespace fettle::ui
