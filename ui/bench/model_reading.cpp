// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/model_reading.h"

#include "core/chat/chat_template.h"
#include "core/models/inspect.h"
#include "ui/bench/choices.h"
#include "ui/look/words.h"

namespace fettle::ui
{

ModelReading::ModelReading(const Choices& choices, BackgroundPool& pool)
    : m_choices(choices), m_job(pool), m_traitsJob(pool)
{
    connect(&choices, &Choices::modelChosen, this, &ModelReading::read);
}

void ModelReading::read()
{
    const std::string& reference = m_choices.config().model;
    m_entry.reset();
    m_problem.reset();
    // What lies in the folders may be another by now, and what could not be read may have come.
    m_traitsJob.cancel();
    m_traits.clear();
    m_traitsAskedFor.clear();
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

void ModelReading::refuse(const Problem& problem)
{
    if (m_problem || !m_entry)
        return;
    m_problem = problem;
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
    const Traits* traits = traitsOf(reference);
    return traits ? std::optional(QString::fromStdString(traits->maskToken)) : std::nullopt;
}

std::optional<bool> ModelReading::hasChatTemplate(const std::string& reference)
{
    if (reference.empty())
        return false;
    const Traits* traits = traitsOf(reference);
    return traits ? std::optional(traits->hasChatTemplate) : std::nullopt;
}

int64_t ModelReading::contextLength(const std::string& reference)
{
    const Traits* traits = reference.empty() ? nullptr : traitsOf(reference);
    return traits ? traits->contextLength : 0;
}

const ModelReading::Traits* ModelReading::traitsOf(const std::string& reference)
{
    if (const auto known = m_traits.find(reference); known != m_traits.end())
        return &known->second;
    if (reference != m_traitsAskedFor) {
        m_traitsAskedFor = reference;
        m_traitsJob.run<Traits>(
            [reference](const CancelFlag&) {
                const ModelFacts facts = inspectModel(reference);
                return Traits{ui::maskTokenOf(facts), !facts.isMasked() && fettle::hasChatTemplate(facts.folder),
                              facts.contextLength};
            },
            [this, reference](Outcome<Traits> outcome) {
                m_traits[reference] = outcome.value.value_or(Traits());
                Q_EMIT changed();
            });
    }
    return nullptr;
}

} // namespace fettle::ui
