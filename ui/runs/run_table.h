// SPDX-License-Identifier: GPL-3.0-or-later
// A table of runs: its rows' look, and what can be done with a run by click, key and right click.
#pragma once

#include "ui/runs/run_list_model.h"

#include <QTableView>
#include <QTimer>
#include <optional>

namespace fettle::ui
{

class RunShelf;
class RunWatch;

/// A program is at it now: it runs, or is paused and held.
bool isWritten(const RunSummary& run);

class RunTable : public QTableView
{
    Q_OBJECT

public:
    /// Columns in the order of RunListModel; those not named are hidden.
    RunTable(RunWatch& shown, RunShelf& shelf, const QList<RunListModel::Column>& columns, QWidget* parent = nullptr);

    RunFilterModel& filter() { return *m_filter; }
    RunListModel& runs() { return *m_runs; }
    // Runs go by value: the list renews itself every few seconds, also while a menu or a question stands open.
    std::optional<RunSummary> selectedRun() const;
    void selectRun(const QString& folder);
    /// The selected run stands beside others that are checked; where none is, beside the next one that can be.
    void compare();
    /// Continue, try, watch or explain: what the run needs.
    void open(RunSummary run); ///< as act, but starts nothing
    void act(RunSummary run);
    void remove(RunSummary run); ///< to the bin, after a question; returns at once
    void rename(RunSummary run); ///< asks for the name; returns at once
    void showFolder(RunSummary run);
    /// As high as its rows: for a table that does not scroll by itself.
    void setFitsRows(bool fits);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void selectionMoved();

protected:
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void updateRuns();
    void applyTheme();
    void spreadColumns();
    QList<int> fullWidths() const; ///< of m_columns, for their words in full
    std::optional<RunSummary> runAt(const QModelIndex& index) const;

    RunWatch& m_shown;
    RunShelf& m_shelf;
    QList<RunListModel::Column> m_columns;
    RunListModel* m_runs;
    RunFilterModel* m_filter;
    QTimer m_spread;      ///< gathers rows that come and go
    QString m_selectNext; ///< folder of the row to be selected when the list comes anew; empty: the same as before
    bool m_fits = false;
};

} // namespace fettle::ui
