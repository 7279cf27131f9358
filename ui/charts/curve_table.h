// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of a run as a table: for those who do not see the chart, and for files.
#pragma once

#include "ui/charts/run_curves.h"

#include <QAbstractTableModel>
#include <QDialog>

namespace fettle::ui
{

/// One row a step (and one for the check before step 1). It holds a copy: the curves grow, and go when another run is
/// shown.
class CurveTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        Step,
        Epoch,
        Time,
        Loss,
        Smoothed,
        Validation,
        Perplexity,
        Accuracy,
        LearningRate,
        GradNorm,
        TokensPerSecond,
        ColumnCount
    };

    explicit CurveTableModel(const RunCurves& curves, QObject* parent = nullptr);
    void setCurves(const RunCurves& curves);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    RunCurves m_curves;
    bool m_zeroRow = false; ///< row 0 stands for step 0
    int m_rows = 0;
};

class CurveTableDialog : public QDialog
{
    Q_OBJECT

public:
    /// `curves` must outlive it: its button takes over what came meanwhile.
    explicit CurveTableDialog(const RunCurves& curves, QWidget* parent = nullptr);
};

/// Comma-separated, decimal points, full precision; cells without a figure are empty.
QByteArray curvesAsCsv(const RunCurves& curves);

} // namespace fettle::ui
