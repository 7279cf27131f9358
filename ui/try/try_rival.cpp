// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/try/try_rival.h"

#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/small_choice.h"

#include <algorithm>

namespace fettle::ui
{

TryRival::TryRival(QWidget* parent) : QWidget(parent)
{
    auto* row = makeRow(this, 8);
    m_choice = new SmallChoice(tr("Whose model writes at the left"), this);
    row->addWidget(new Label(tr("Compare with"), Type::Help, Ink::Text2, this));
    row->addWidget(m_choice);
    m_none = new Label(tr("No other run of this model to compare with yet."), Type::Help, Ink::Text2, this);
    row->addWidget(m_none);
    m_choice->setAccessibleDescription(tr("Another run's model, where one began with the same model."));
    connect(m_choice, &SmallChoice::valueChosen, this, [this](const QString& folder) {
        keep(folder);
        Q_EMIT chosen();
    });
}

void TryRival::keep(const QString& folder)
{
    const auto found =
        std::find_if(m_runs.begin(), m_runs.end(), [&folder](const Rival& run) { return run.folder == folder; });
    m_run = found == m_runs.end() ? std::nullopt : std::optional(*found);
}

void TryRival::offer(const std::vector<RunSummary>& runs, const QString& base, const QString& baseCaption,
                     const QString& shown)
{
    m_runs.clear();
    const std::string model = base.toStdString(), own = shown.toStdString();
    for (const RunSummary& run : runs)
        if (run.config && run.config->model == model && run.modelStep && run.folder != own)
            m_runs.push_back({QString::fromStdString(run.folder.string()), QString::fromStdString(run.name),
                              run.started, *run.modelStep, run.modelLoss, run.isAdapter});
    std::sort(m_runs.begin(), m_runs.end(), [](const Rival& a, const Rival& b) { return a.started > b.started; });
    std::vector<std::pair<QString, QString>> choices{{baseCaption, base}};
    for (const Rival& run : m_runs)
        choices.emplace_back(run.name, run.folder);
    keep(m_run ? m_run->folder : QString());
    m_choice->offer(choices, m_run ? m_run->folder : base);
    m_choice->setEnabled(!m_runs.empty());
    m_none->setVisible(m_runs.empty());
    setVisible(!base.isEmpty());
}

} // namespace fettle::ui
