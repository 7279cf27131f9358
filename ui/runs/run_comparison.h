// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that are checked, compared: their losses laid over each other; in what they differ, and what each came to.
#pragma once

#include "ui/runs/run_list_model.h"

#include <QWidget>

class QBoxLayout;

namespace fettle::ui
{

class Card;
class OverlayChart;
struct RunDifference;

class RunComparison : public QWidget
{
    Q_OBJECT

public:
    explicit RunComparison(QWidget* parent = nullptr);
    void showRuns(const std::vector<CheckedRun>& runs);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showLosses(const std::vector<CheckedRun>& runs, bool otherTexts);
    void showDifferences(const std::vector<CheckedRun>& runs, const std::vector<RunDifference>& differences);
    void fill(const std::vector<QStringList>& lines, const std::vector<int>& colors);

    QBoxLayout* m_cards;
    Card *m_losses, *m_differences;
    OverlayChart* m_chart;
    QWidget* m_table = nullptr;
    std::vector<QStringList> m_lines; ///< as they stand there: heads, then label, name, a value each
    std::vector<int> m_colors;
};

} // namespace fettle::ui
