// SPDX-License-Identifier: GPL-3.0-or-later
// What the files of LossChart share: the widget (loss_chart.cpp), its ranges (loss_chart_ranges.cpp) and its painting
// (loss_chart_paint.cpp).
#pragma once

#include "ui/charts/chart_marks.h"
#include "ui/charts/chart_plot.h"
#include "ui/charts/loss_chart.h"
#include "ui/charts/loss_range.h"

#include <QElapsedTimer>

class QPushButton;

namespace fettle::ui
{

class LossChart::Private
{
public:
    explicit Private(LossChart& owner) : q(owner) {}

    LossChart& q;
    ChartPlot* plot = nullptr;
    QPushButton* back = nullptr; ///< the way out of a zoom
    const RunCurves* curves = nullptr;
    CurveAxis axis = CurveAxis::Step;
    bool logarithmic = false, projector = false, exporting = false;
    QString restLabel;
    int64_t cursor = -1;
    int64_t hover = -1;
    QPointF hoverAt;
    double xLow = 0, xHigh = 1; ///< shown
    double fullHigh = 0;        ///< the whole x axis; 0: not yet known
    LossRange yRange;
    bool xZoomed = false, yZoomed = false;
    double yLow = 0, yHigh = 1; ///< shown
    int raw = 0, smoothed = 0, validation = 0;
    QElapsedTimer spoken; ///< since the description was set
    size_t spokenEvals = 0;
    bool spokenEmpty = true;

    void style();
    void fitX();
    void fitY();
    void fitYToShown();
    bool isCursorShown() const;
    void tellZoom();
    void setX(double low, double high);
    void redraw();
    void updateTicks();
    void paintBelow(QPainter& painter);
    void paintAbove(QPainter& painter);
    void paintOverlay(QPainter& painter);
    Readout readout(int64_t step) const;
    QString cursorLabel() const;
    void setHover(const QPointF& pixel);
    void moveX(double low, double high);
    void moveY(double low, double high);
};

} // namespace fettle::ui
