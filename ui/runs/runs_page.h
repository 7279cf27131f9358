// SPDX-License-Identifier: GPL-3.0-or-later
// Runs: all of them, what each needs, and what is known of the chosen one.
#pragma once

#include "ui/parts/page.h"

class QBoxLayout;
class QLineEdit;

namespace fettle::ui
{

class Card;
class Figure;
class Label;
class Line;
class RunComparison;
class RunShelf;
class RunTable;
class RunWatch;
class SegmentedControl;
class Sparkline;

class RunsPage : public Page
{
    Q_OBJECT

public:
    RunsPage(RunWatch& shown, RunShelf& shelf, QWidget* parent);

    void refresh() override;
    QWidget* focusPlace() override;
    void compare(); ///< the selected run and another one, or those that are checked

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeTable();
    void makeDetails();
    void arrange();
    void updateGroups();
    void updateDetails();
    void updateComparison();
    void showAllRuns(); ///< neither search nor kind
    void selectShown(); ///< a run newly shown by the workbench is selected, else the first row where nothing is

    RunWatch& m_run;
    RunShelf& m_shelf;
    uint64_t m_selectedFor = 0; ///< mark of the shown run that was selected last
    QBoxLayout* m_tools;
    QWidget* m_figuresBox;
    QBoxLayout* m_figures;
    RunTable* m_table;
    QLineEdit* m_find;
    SegmentedControl* m_groups;
    QPushButton* m_continue;
    QPushButton* m_folder;
    QPushButton* m_remove;
    QWidget* m_empty;
    Label* m_emptyTitle;
    Label* m_emptyWords;
    Card* m_details;
    RunComparison* m_comparison; ///< in its place where runs are checked
    Figure* m_best;
    Figure* m_accuracy;
    Line* m_accuracyLine; ///< before it
    Figure* m_steps;
    Figure* m_took;
    Label* m_words;
    Label* m_place;
    Sparkline* m_curve;
};

} // namespace fettle::ui
