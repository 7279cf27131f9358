// SPDX-License-Identifier: GPL-3.0-or-later
// The runs as a table, for Home and Runs; and the proxy that filters and sorts it.
#pragma once

#include "core/runs/run_summary.h"
#include "ui/parts/badges.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <array>
#include <vector>

namespace fettle::ui
{

/// What a run needs next.
enum class RunAction { None, Watch, Continue, Try, Explain };
RunAction actionOf(const RunSummary& run);
QString actionWords(RunAction action);
/// "paused at 41 %", "failed: the disk is full" …
QString stateWords(const RunSummary& run);
StateBadge::Kind stateKind(const RunSummary& run);
/// The validation loss to judge a run by: that of the model in its folder; while there is none, that of its last check,
/// which is the untouched model's only before the first step.
std::optional<double> lossOf(const RunSummary& run);
/// Token accuracy of the check whose loss that is, 0..1.
std::optional<double> accuracyOf(const RunSummary& run);
/// What lossOf says, for people; empty where it says nothing.
QString lossMeaning(const RunSummary& run);
/// What is to be known beside that number, in sentences: other numbers, and what is wrong with it.
QStringList lossRemarks(const RunSummary& run);

/// A run that is to be compared, with its colour: an index of Palette::overlay.
struct CheckedRun {
    RunSummary run;
    int color = 0;
};

class RunListModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Curve, Started, Model, Text, State, Steps, Best, Took, Changed, Action, ColumnCount };
    enum Role {
        FolderRole = Qt::UserRole,
        SortRole,
        BadgeKindRole,
        CurveRole,
        FractionRole,
        IsValidationRole,
        MarkRole, ///< beside a name: "LoRA"
        ColorRole ///< of a checked run wherever it is compared: an index of Palette::overlay
    };
    static constexpr qsizetype mostCompared = 4; ///< as many as can be told apart

    explicit RunListModel(QObject* parent = nullptr);

    /// Rows of the same runs in the same order are updated in place, so that selections stay.
    void setRuns(std::vector<RunSummary> runs);
    const RunSummary* run(int row) const;
    int rowOf(const QString& folder) const;

    /// Rows bear a box to be checked: those are compared.
    void setCheckable(bool checkable);
    void setChecked(const QString& folder, bool checked);
    void moved(const QString& from, const QString& to); ///< a folder got another name: it stays checked
    std::vector<CheckedRun> checkedRuns() const;        ///< in the order of their colours

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void checksChanged();
    void tooManyChecked();

private:
    bool canBeCompared(const RunSummary& run) const { return m_isCheckable && run.config != nullptr; }
    int checkColor(const RunSummary& run) const; ///< -1: not checked
    QVariant text(const RunSummary& run, int column) const;
    QVariant sortKey(const RunSummary& run, int column) const;

    std::vector<RunSummary> m_runs;
    bool m_isCheckable = false;
    std::array<QString, mostCompared> m_checked; ///< folders, by colour; empty: free
};

class RunFilterModel : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    enum Group { All, Running, Finished, Unfinished };

    explicit RunFilterModel(QObject* parent = nullptr);
    void setText(const QString& text);
    void setGroup(Group group);
    void setMostRows(int rows); ///< 0: no limit
    static bool belongs(const RunSummary& run, Group group);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QString m_text;
    Group m_group = All;
    int m_most = 0;
};

} // namespace fettle::ui
