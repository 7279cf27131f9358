// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/run_comparison.h"

#include "core/arguments/setting_keys.h"
#include "ui/charts/overlay_chart.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/card.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
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
/// Of all its checks the one that the chart marks: of a finished run and one on its way it is the same measure.
QString bestCheck(const RunSummary& run)
{
    if (!run.isValidation || run.validationLosses.empty())
        return QStringLiteral("–");
    const auto best = std::min_element(run.validationLosses.begin(), run.validationLosses.end());
    const auto at = static_cast<size_t>(best - run.validationLosses.begin());
    return RunComparison::tr("%1 at step %2").arg(lossText(*best), countText(run.lossSteps[at]));
}
} // namespace

RunComparison::RunComparison(QWidget* parent) : QWidget(parent), m_cards(makeRow(this, 14))
{
    m_losses = new Card({}, {}, this);
    m_chart = new OverlayChart(m_losses);
    m_losses->body()->addWidget(m_chart, 1);
    m_differences = new Card(tr("What was different"), {}, this);
    m_losses->setMaximumHeight(px(440)); // beside a long table, too, it is seen whole
    auto* left = makeColumn(nullptr, 0);
    left->addWidget(m_losses, 1);
    left->addStretch();
    m_cards->addLayout(left, 1);
    m_cards->addWidget(m_differences, 1);
}

void RunComparison::resizeEvent(QResizeEvent*)
{
    m_cards->setDirection(width() < px(860) ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

void RunComparison::showRuns(const std::vector<CheckedRun>& runs)
{
    std::vector<const RunConfig*> configs;
    configs.reserve(runs.size());
    for (const CheckedRun& each : runs)
        configs.push_back(each.run.config.get());
    const std::vector<RunDifference> differences = differencesOf(configs);
    m_cards->setStretch(1, runs.size() > 2 ? 2 : 1); // a column for each
    showLosses(runs, std::any_of(differences.begin(), differences.end(), [](const RunDifference& difference) {
                   return difference.name == QLatin1String(setting_key::data::train);
               }));
    showDifferences(runs, differences);
}

/// Of validation where any was checked, else of training: the two are not laid over each other.
void RunComparison::showLosses(const std::vector<CheckedRun>& runs, bool otherTexts)
{
    const bool checked =
        std::any_of(runs.begin(), runs.end(), [](const CheckedRun& each) { return each.run.isValidation; });
    std::vector<OverlayCurve> curves;
    QStringList without;
    for (const auto& [run, color] : runs) {
        const QString name = QString::fromStdString(run.name);
        if (run.validationLosses.empty() || run.isValidation != checked)
            without << name;
        else
            curves.push_back({name, color, {run.lossSteps.begin(), run.lossSteps.end()}, run.validationLosses});
    }
    m_losses->setTitle(checked ? tr("Validation loss") : tr("Training loss"));
    QStringList remarks{otherTexts ? tr("on different texts they say little of each other") : tr("lower is better")};
    if (!without.isEmpty())
        remarks << tr("none of %1").arg(without.join(QStringLiteral(", ")));
    m_losses->setSubtitle(remarks.join(QStringLiteral("; ")));
    m_losses->setVisible(!curves.empty());
    m_chart->setCurves(std::move(curves));
}

void RunComparison::showDifferences(const std::vector<CheckedRun>& runs, const std::vector<RunDifference>& differences)
{
    std::vector<int> colors;
    QStringList heads, learners, losses, steps, took;
    for (const auto& [run, color] : runs) {
        colors.push_back(color);
        heads << QString::fromStdString(run.name);
        learners << (run.isAdapter ? tr("an addition (LoRA)") : tr("the whole model"));
        losses << bestCheck(run);
        steps << (run.maxSteps > 0 ? tr("%1 of %2").arg(countText(run.step), countText(run.maxSteps))
                                   : countText(run.step));
        took << clockText(run.seconds);
    }
    std::vector<QStringList> lines{QStringList{tr("Setting"), {}} + heads};
    for (const RunDifference& difference : differences)
        lines.push_back(QStringList{difference.label, difference.name} + difference.values);
    if (learners.count(learners.front()) < learners.size())
        lines.push_back(QStringList{tr("What learnt"), {}} + learners);
    lines.push_back(QStringList{tr("Best validation loss"), {}} + losses);
    lines.push_back(QStringList{tr("Optimizer steps"), {}} + steps);
    lines.push_back(QStringList{tr("Time it took"), {}} + took);
    m_differences->setSubtitle(
        differences.empty() ? tr("all settings are the same")
                            : counted(static_cast<int64_t>(differences.size()), tr("1 setting"), tr("%1 settings")));
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
    m_table = new QWidget(m_differences);
    auto* grid = new QGridLayout(m_table);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(px(14));
    grid->setVerticalSpacing(px(lines.size() > 6 ? 2 : 5));
    grid->setColumnStretch(0, 3);
    int row = 0;
    for (const QStringList& line : lines) {
        const bool isHead = row == 0;
        if (!isHead)
            grid->addWidget(new Line(Qt::Horizontal, m_table), row++, 0, 1, static_cast<int>(line.size()) - 1);
        const QString& name = line[1];
        auto* words = makeColumn(nullptr, 0);
        words->addWidget((new Label(line[0], name.isEmpty() ? Type::Body : Type::BodyStrong,
                                    name.isEmpty() ? Ink::Text2 : Ink::Text, m_table))
                             ->wrapped());
        if (!name.isEmpty() && line.size() <= 2 + 2) // beside more runs there is no room for it
            words->addWidget(new ElidedLabel(name, Type::Mono, Ink::Text2, m_table));
        grid->addLayout(words, row, 0);
        for (int run = 0; run < line.size() - 2; ++run) {
            const QString& value = line[run + 2];
            if (isHead)
                grid->addWidget(new RunName(value, colors[static_cast<size_t>(run)], m_table), row, run + 1);
            else if (value.contains(QLatin1Char(' ')))
                grid->addWidget((new Label(value, Type::Body, Ink::Text, m_table))->wrapped(), row, run + 1);
            else // a file's name, say, which no line can break
                grid->addWidget(new ElidedLabel(value, Type::Body, Ink::Text, m_table), row, run + 1);
            grid->setColumnStretch(run + 1, 2);
        }
        ++row;
    }
    m_differences->body()->insertWidget(0, m_table);
    m_table->show();
}

} // namespace fettle::ui
