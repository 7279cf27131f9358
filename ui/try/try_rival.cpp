// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/try/try_rival.h"

#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/small_choice.h"

#include <algorithm>

namespace fettle::ui
{
namespace
{
QString folderOf(const RunSummary& run)
{
    return QString::fromStdString(run.folder.string());
}
} // namespace

TryRival::TryRival(QWidget* parent) : QWidget(parent)
{
    auto* row = makeRow(this, 8);
    m_choice = new SmallChoice(tr("Whose model writes at the left"), this);
    row->addWidget(new Label(tr("Beside it"), Type::Help, Ink::Text2, this));
    row->addWidget(m_choice);
    connect(m_choice, &SmallChoice::valueChosen, this, [this](const QString& folder) {
        m_run.reset();
        for (const RunSummary& run : m_runs)
            if (folderOf(run) == folder)
                m_run = run;
        Q_EMIT chosen();
    });
}

void TryRival::offer(const std::vector<RunSummary>& runs, const QString& base, const QString& baseCaption,
                     const QString& shown)
{
    m_runs.clear();
    for (const RunSummary& run : runs)
        if (run.config && run.config->model == base.toStdString() && run.modelStep && folderOf(run) != shown)
            m_runs.push_back(run);
    std::sort(m_runs.begin(), m_runs.end(),
              [](const RunSummary& a, const RunSummary& b) { return a.started > b.started; });
    std::vector<std::pair<QString, QString>> choices{{baseCaption, base}};
    std::optional<RunSummary> still;
    for (const RunSummary& run : m_runs) {
        choices.emplace_back(QString::fromStdString(run.name), folderOf(run));
        if (m_run && run.folder == m_run->folder)
            still = run;
    }
    m_run = still;
    m_choice->offer(choices, m_run ? folderOf(*m_run) : base);
    setVisible(!m_runs.empty());
}

} // namespace fettle::ui
