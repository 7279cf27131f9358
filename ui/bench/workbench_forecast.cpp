// SPDX-License-Identifier: GPL-3.0-or-later
// What a run, and each demo, will take on this computer.
#include "ui/bench/workbench_private.h"

#include "core/base/files.h"
#include "ui/look/words.h"

namespace fettle::ui
{

std::optional<Forecast> Workbench::forecast() const
{
    return d->forecast;
}

std::optional<Problem> Workbench::Private::missingResources() const
{
    if (!forecast || running)
        return std::nullopt;
    const Forecast& f = *forecast;
    if (f.diskFree > 0 && f.diskBytes > f.diskFree)
        return Problem{QStringLiteral("save_total_limit"),
                       tr("%1 of disk needed, %2 free: %3 missing.")
                           .arg(bytesText(f.diskBytes), bytesText(f.diskFree), bytesText(f.diskBytes - f.diskFree)),
                       tr("Keep fewer checkpoints, save less often, or choose another folder.")};
    if (f.memoryFree > 0 && f.memoryBytes > f.memoryFree)
        return Problem{
            QStringLiteral("per_device_train_batch_size"),
            tr("%1 of memory needed, %2 free: %3 missing.")
                .arg(bytesText(f.memoryBytes), bytesText(f.memoryFree), bytesText(f.memoryBytes - f.memoryFree)),
            tr("Take fewer rows per step, shorter rows, or a smaller model.")};
    return std::nullopt;
}

void Workbench::Private::scheduleForecast()
{
    forecastTimer.start();
}

namespace
{
struct Outlook {
    Forecast forecast;
    QString folder;
};
} // namespace

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
    forecastJob.run<Outlook>(
        [config = config, entry = *model, data = preview](const CancelFlag&) {
            validateRunConfig(config);
            const std::string& folder = config.arguments.output_dir;
            return Outlook{forecastRun(config, entry, *data),
                           QString::fromStdString(folder.empty() ? newRunFolder(config).string() : folder)};
        },
        [this](Outcome<Outlook> outcome) {
            checkProblem = outcome.problem;
            if (outcome.value) {
                forecast = outcome.value->forecast;
                nextFolder = outcome.value->folder;
            }
            if (missingResources())
                resourceTimer.start();
            if (fitToText()) {
                Q_EMIT q.configChanged();
                scheduleForecast();
            }
            Q_EMIT q.forecastChanged();
            Q_EMIT q.stepsChanged();
        });
}

QString Workbench::nextRunFolder() const
{
    return d->nextFolder;
}

std::optional<Forecast> Workbench::demoForecast(const QString& name) const
{
    const auto found = d->demoForecasts.find(name);
    return found == d->demoForecasts.end() ? std::nullopt : std::optional(found->second);
}

void Workbench::forecastDemos()
{
    using Answer = std::pair<std::map<QString, Private::Demo>, std::map<QString, Forecast>>;
    d->demoJob.run<Answer>(
        [demos = d->demos](const CancelFlag& cancel) {
            Answer answer{demos, {}};
            for (const char* name : {"ships-log", "contract-clauses"}) {
                auto& [config, model, preview] = answer.first[QString::fromLatin1(name)];
                if (!preview) {
                    config = readRunConfig(resourceFolder() / "demos" / (std::string(name) + ".json"));
                    model = inspectModel(config.model);
                    preview = std::make_shared<const DataPreview>(
                        previewRunData(config, 0, [&cancel](double) { return !*cancel; }));
                }
                answer.second[QString::fromLatin1(name)] = forecastRun(config, model, *preview);
            }
            return answer;
        },
        [this](Outcome<Answer> outcome) {
            if (!outcome.value)
                return; // a demo that cannot be read is told when it is started
            std::tie(d->demos, d->demoForecasts) = std::move(*outcome.value);
            Q_EMIT demosChanged();
        });
}

} // namespace fettle::ui
