// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/forecasts.h"

#include "core/arguments/setting_keys.h"
#include "core/base/files.h"
#include "core/base/machine.h"
#include "ui/bench/choices.h"
#include "ui/bench/model_reading.h"
#include "ui/bench/text_reading.h"
#include "ui/bench/window_memory.h"
#include "ui/look/words.h"

namespace fettle::ui
{

Forecasts::Forecasts(const Choices& choices, const ModelReading& model, const TextReading& text, BackgroundPool& pool)
    : m_choices(choices), m_model(model), m_text(text), m_job(pool)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(80);
    m_lookAgain.setSingleShot(true);
    m_lookAgain.setInterval(4000);
    connect(&m_timer, &QTimer::timeout, this, &Forecasts::make);
    connect(&m_lookAgain, &QTimer::timeout, this, &Forecasts::make);
    connect(&choices, &Choices::changed, this, &Forecasts::update);
    connect(&text, &TextReading::finished, this, &Forecasts::update);
}

void Forecasts::update()
{
    m_timer.start();
}

std::optional<Problem> Forecasts::missing() const
{
    if (!m_forecast || m_choices.isLocked()) // a run holds some of it
        return std::nullopt;
    const Forecast& f = *m_forecast;
    if (f.diskFree > 0 && f.diskBytes > f.diskFree)
        return Problem{QString::fromLatin1(setting_key::save_total_limit),
                       tr("%1 of disk needed, %2 free: %3 missing.")
                           .arg(bytesText(f.diskBytes), bytesText(f.diskFree), bytesText(f.diskBytes - f.diskFree)),
                       tr("Keep fewer checkpoints, save less often, or choose another folder.")};
    if (f.memoryFree > 0 && f.memoryBytes > f.memoryFree)
        return Problem{
            QString::fromLatin1(setting_key::per_device_train_batch_size),
            tr("%1 of memory needed, %2 free: %3 missing.")
                .arg(bytesText(f.memoryBytes), bytesText(f.memoryFree), bytesText(f.memoryBytes - f.memoryFree)),
            tr("Take fewer rows per step, shorter rows, or a smaller model.")};
    return std::nullopt;
}

void Forecasts::make()
{
    if (!m_model.entry() || !m_text.preview()) {
        m_job.cancel();
        if (m_forecast) {
            m_forecast.reset();
            Q_EMIT changed();
        }
        return;
    }
    m_job.run<Outlook>(
        [config = m_choices.config(), model = *m_model.entry(), text = m_text.preview()](const CancelFlag&) {
            validateRunConfig(config);
            const std::string& folder = config.arguments.output_dir;
            Outlook outlook{forecastRun(config, model, *text),
                            QString::fromStdString(folder.empty() ? newRunFolder(config).string() : folder)};
            outlook.forecast.memoryBytes += windowBytes;
            outlook.forecast.memoryFree = memoryInReach(programBytes + windowBytes);
            return outlook;
        },
        [this](Outcome<Outlook> outcome) { take(std::move(outcome)); });
}

void Forecasts::take(Outcome<Outlook> outcome)
{
    m_forecast.reset(); // where it cannot be made, a former one says nothing
    if (outcome.value) {
        m_forecast = outcome.value->forecast;
        m_nextFolder = outcome.value->folder;
    }
    if (missing())
        m_lookAgain.start();
    Q_EMIT finished();
    Q_EMIT changed();
}

} // namespace fettle::ui
