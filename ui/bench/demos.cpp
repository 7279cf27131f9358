// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/demos.h"

#include "core/base/files.h"
#include "core/models/inspect.h"

#include <tuple>

namespace fettle::ui
{

RunConfig Demos::config(const QString& name)
{
    return readRunConfig(resourceFolder() / "demos" / (name.toStdString() + ".json"));
}

std::optional<Forecast> Demos::forecast(const QString& name) const
{
    const auto found = m_forecasts.find(name);
    return found == m_forecasts.end() ? std::nullopt : std::optional(found->second);
}

void Demos::makeForecasts()
{
    using Answer = std::pair<std::map<QString, Demo>, std::map<QString, Forecast>>;
    m_job.run<Answer>(
        [demos = m_demos](const CancelFlag& cancel) {
            Answer answer{demos, {}};
            for (const QString& name : {QStringLiteral("ships-log"), QStringLiteral("contract-clauses")}) {
                Demo& demo = answer.first[name];
                if (!demo.preview) {
                    demo.config = config(name);
                    demo.model = inspectModel(demo.config.model);
                    demo.preview = std::make_shared<const DataPreview>(
                        previewRunData(demo.config, 0, [&cancel](double) { return !*cancel; }));
                }
                answer.second[name] = forecastRun(demo.config, demo.model, *demo.preview);
            }
            return answer;
        },
        [this](Outcome<Answer> outcome) {
            if (!outcome.value)
                return; // a demo that cannot be read is told when it is started
            std::tie(m_demos, m_forecasts) = std::move(*outcome.value);
            Q_EMIT changed();
        });
}

} // namespace fettle::ui
