// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/run_comparison.h"

#include "core/arguments/setting_keys.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/label.h"
#include "ui/runs/run_differences.h"

#include <QGridLayout>
#include <algorithm>

namespace fettle::ui
{
namespace
{
/// A run's name in the colour of its mark.
class RunName : public ElidedLabel
{
public:
    RunName(const QString& name, int color, QWidget* parent)
        : ElidedLabel(name, Type::BodyStrong, Ink::Text, parent), m_color(static_cast<size_t>(color))
    {
        RunName::restyle();
    }

protected:
    void restyle() override
    {
        Label::restyle();
        QPalette colored = palette();
        colored.setColor(QPalette::WindowText, colors().overlay.at(m_color));
        setPalette(colored);
    }

private:
    size_t m_color;
};
} // namespace

RunComparison::RunComparison(QWidget* parent) : Card(tr("What was different"), {}, parent) {}

void RunComparison::showRuns(const std::vector<CheckedRun>& runs)
{
    std::vector<const RunConfig*> configs;
    std::vector<int> colors;
    QStringList heads, learners, losses, steps, took;
    for (const auto& [run, color] : runs) {
        configs.push_back(run.config.get());
        colors.push_back(color);
        heads << QString::fromStdString(run.name);
        learners << (run.isAdapter ? tr("an addition (LoRA)") : tr("the whole model"));
        losses << (lossOf(run) ? lossText(*lossOf(run)) : QStringLiteral("–"));
        steps << (run.maxSteps > 0 ? tr("%1 of %2").arg(countText(run.step), countText(run.maxSteps))
                                   : countText(run.step));
        took << clockText(run.seconds);
    }
    std::vector<QStringList> lines{QStringList{tr("Setting"), {}} + heads};
    const std::vector<RunDifference> differences = differencesOf(configs);
    for (const RunDifference& difference : differences)
        lines.push_back(QStringList{difference.label, difference.name} + difference.values);
    lines.push_back(QStringList{tr("What learnt"), {}} + learners);
    lines.push_back(QStringList{tr("Validation loss"), {}} + losses);
    lines.push_back(QStringList{tr("Optimizer steps"), {}} + steps);
    lines.push_back(QStringList{tr("Time it took"), {}} + took);
    const QString count = differences.empty()       ? tr("all settings are the same")
                          : differences.size() == 1 ? tr("1 setting")
                                                    : tr("%1 settings").arg(differences.size());
    const bool otherTexts = std::any_of(differences.begin(), differences.end(), [](const RunDifference& difference) {
        return difference.name == QLatin1String(setting_key::data::train);
    });
    setSubtitle(otherTexts ? tr("%1; losses on different texts say little of each other").arg(count) : count);
    if (lines != m_lines || colors != m_colors) // a list that renews itself must not flicker
        fill(lines, colors);
}

void RunComparison::fill(const std::vector<QStringList>& lines, const std::vector<int>& colors)
{
    m_lines = lines;
    m_colors = colors;
    if (m_table) {
        m_table->hide();
        m_table->deleteLater();
    }
    m_table = new QWidget(this);
    auto* grid = new QGridLayout(m_table);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(px(18));
    grid->setVerticalSpacing(px(5));
    int row = 0;
    for (const QStringList& line : lines) {
        const bool isHead = row == 0;
        if (!isHead)
            grid->addWidget(new Line(Qt::Horizontal, m_table), row++, 0, 1, static_cast<int>(line.size()));
        const QString& name = line[1];
        grid->addWidget(new Label(line[0], name.isEmpty() ? Type::Body : Type::BodyStrong,
                                  name.isEmpty() ? Ink::Text2 : Ink::Text, m_table),
                        row, 0);
        if (!name.isEmpty())
            grid->addWidget(new Label(name, Type::Mono, Ink::Text2, m_table), row, 1);
        for (int run = 0; run < line.size() - 2; ++run) {
            ElidedLabel* value = isHead ? new RunName(line[run + 2], colors[static_cast<size_t>(run)], m_table)
                                        : new ElidedLabel(line[run + 2], Type::Body, Ink::Text, m_table);
            grid->addWidget(value, row, run + 2);
            grid->setColumnStretch(run + 2, 1);
        }
        ++row;
    }
    body()->addWidget(m_table);
    m_table->show();
}

} // namespace fettle::ui
