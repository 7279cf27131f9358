// SPDX-License-Identifier: GPL-3.0-or-later
// What was different in the runs that are checked, and what each came to: a column a run, a line a setting.
#pragma once

#include "ui/parts/card.h"
#include "ui/runs/run_list_model.h"

namespace fettle::ui
{

class RunComparison : public Card
{
    Q_OBJECT

public:
    explicit RunComparison(QWidget* parent = nullptr);
    void showRuns(const std::vector<CheckedRun>& runs);

private:
    void fill(const std::vector<QStringList>& lines, const std::vector<int>& colors);

    QWidget* m_table = nullptr;
    std::vector<QStringList> m_lines; ///< as they stand there: heads, then label, name, a value each
    std::vector<int> m_colors;
};

} // namespace fettle::ui
