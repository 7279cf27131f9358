// SPDX-License-Identifier: GPL-3.0-or-later
// A small chart of one series of a run (learning rate, gradient norm, speed) that follows the loss chart's cursor and
// zoom.
#pragma once

#include "ui/charts/run_curves.h"

#include <QWidget>
#include <functional>
#include <memory>

namespace fettle::ui
{

class SmallChart : public QWidget
{
    Q_OBJECT

public:
    using Series = const std::vector<double>& (RunCurves::*)() const;

    SmallChart(const QString& title, Series series, QWidget* parent = nullptr);
    ~SmallChart() override;

    void setCurves(const RunCurves* curves); ///< must outlive the chart
    void refresh();
    void setAxis(CurveAxis axis);
    void setVisibleRange(double low, double high);
    void setCursorStep(int64_t step);
    void setFormat(std::function<QString(double)> format); ///< of the number in the corner and at the axis
    /// A dashed line at `value` with a label; 0: none.
    void setRule(double value, const QString& label);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void cursorMoved(qint64 step);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace fettle::ui
