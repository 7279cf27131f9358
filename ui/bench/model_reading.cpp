// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/model_reading.h"

#include "core/models/inspect.h"
#include "ui/bench/choices.h"
#include "ui/look/words.h"

namespace fettle::ui
{

ModelReading::ModelReading(const Choices& choices, BackgroundPool& pool)
    : m_choices(choices), m_job(pool), m_maskJob(pool)
{
    connect(&choices, &Choices::modelChosen, this, &ModelReading::read);
}

void ModelReading::read()
{
    const std::string& reference = m_choices.config().model;
    m_entry.reset();
    m_problem.reset();
    m_isReading = !reference.empty();
    Q_EMIT changed();
    if (m_isReading)
        m_job.run<ModelFacts>([reference](const CancelFlag&) { return inspectModel(reference); },
                              [this](Outcome<ModelFacts> outcome) { take(std::move(outcome)); });
}

void ModelReading::take(Outcome<ModelFacts> outcome)
{
    m_isReading = false;
    m_entry = std::move(outcome.value);
    m_problem = std::move(outcome.problem);
    if (m_entry && m_entry->tokenizer.empty())
        m_problem = Problem{{},
                            tr("%1 has no tokenizer: nothing says how it cuts a text into pieces.")
                                .arg(QString::fromStdString(m_entry->name)),
                            tr("Put its tokenizer.json (or vocab.txt, or tokenizer.model) into %1, then choose it "
                               "again.")
                                .arg(placeText(QString::fromStdString(m_entry->folder.string())))};
    if (m_problem && m_problem->subject.isEmpty())
        m_problem->subject = QStringLiteral("model");
    Q_EMIT finished();
    Q_EMIT changed();
}

QString ModelReading::maskToken() const
{
    return m_entry ? QString::fromStdString(ui::maskTokenOf(*m_entry)) : QString();
}

std::optional<QString> ModelReading::maskTokenOf(const std::string& reference)
{
    if (reference.empty())
        return QString();
    if (m_entry && reference == m_choices.config().model)
        return maskToken();
    if (const auto known = m_maskTokens.find(reference); known != m_maskTokens.end())
        return QString::fromStdString(known->second);
    if (reference != m_maskAskedFor) {
        m_maskAskedFor = reference;
        m_maskJob.run<std::string>([reference](const CancelFlag&) { return ui::maskTokenOf(inspectModel(reference)); },
                                   [this, reference](Outcome<std::string> outcome) {
                                       m_maskTokens[reference] = outcome.value.value_or(std::string());
                                       Q_EMIT changed();
                                   });
    }
    return std::nullopt;
}

} // namespace fettle::ui
