// SPDX-License-Identifier: GPL-3.0-or-later
// Stands under the loss chart on the same axis: a round stop at every step that has a sample, a handle at the cursor.
#pragma once

#include "ui/charts/run_curves.h"

#include <QAbstractSlider>

namespace fettle::ui
{

/// Its value is the number of the stop (from 0); the handle stands at the cursor, which may lie between two stops.
class SampleSlider : public QAbstractSlider
{
    Q_OBJECT

public:
    explicit SampleSlider(QWidget* parent = nullptr);

    void setCurves(const RunCurves* curves); ///< must outlive the slider
    void refresh();                          ///< after new samples
    void setAxis(CurveAxis axis);
    void setVisibleRange(double low, double high);
    void setCursorStep(int64_t step); ///< -1: none
    int64_t cursorStep() const { return m_cursor; }
    /// The stop at or before a step, or -1.
    int stopAt(int64_t step) const;
    /// Centre of a stop in this widget.
    QPointF stopCentre(int stop) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void cursorMoved(qint64 step); ///< the user chose a stop

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    double place(double step) const;
    int nearestStop(double x) const;
    void choose(int stop);

    const RunCurves* m_curves = nullptr;
    CurveAxis m_axis = CurveAxis::Step;
    double m_low = 0, m_high = 1;
    int64_t m_cursor = -1;
};

} // namespace fettle::ui
