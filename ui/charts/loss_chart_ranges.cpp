// SPDX-License-Identifier: GPL-3.0-or-later
// Which steps and losses the chart shows: all, or what the user zoomed into; and the numbers at its axes.
#include "ui/charts/axis_ticks.h"
#include "ui/charts/loss_chart_private.h"
#include "ui/look/fonts.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>
#include <tuple>

namespace fettle::ui
{

namespace
{
/// As much of `low` to `high` as lies between `lowest` and `highest`: shifted into it, or all of it.
std::pair<double, double> kept(double low, double high, double lowest, double highest)
{
    if (high - low >= highest - lowest)
        return {lowest, highest};
    const double shift = std::max(lowest - low, std::min(0.0, highest - high));
    return {low + shift, high + shift};
}
} // namespace

void LossChart::Private::fitX()
{
    const double planned = curves->plannedEnd(axis);
    const bool exact = axis == CurveAxis::Step;
    // The other axes guess the end from the pace: the axis moves only where the guess is clearly another.
    const double newest = curves->xAt(axis, double(curves->lastStep()));
    if (exact || fullHigh <= 0 || newest > fullHigh || std::abs(planned - fullHigh) > 0.05 * fullHigh)
        fullHigh = planned > 0 ? planned : 1;
    if (!xZoomed)
        setX(0, fullHigh);
}

void LossChart::Private::setX(double low, double high)
{
    if (low == xLow && high == xHigh)
        return;
    xLow = low;
    xHigh = high;
    Q_EMIT q.visibleRangeChanged(low, high);
}

void LossChart::Private::fitY()
{
    if (yZoomed)
        return;
    if (!xZoomed || !yRange.isValid())
        yRange.fit(*curves, logarithmic);
    yLow = yRange.low();
    yHigh = yRange.high();
}

// A stretch that was zoomed into is shown as high as it is; it stays so while new points come in.
void LossChart::Private::fitYToShown()
{
    if (yZoomed)
        return;
    if (xZoomed)
        yRange.fitTo(*curves, logarithmic, axis, xLow, xHigh);
    else
        yRange = {};
    fitY();
}

void LossChart::Private::moveX(double low, double high)
{
    // No closer than about four steps; out again to the whole.
    const double least = curves ? fullHigh * 4 / double(std::max<int64_t>(4, curves->maxSteps())) : 0;
    if (curves && !curves->isEmpty() && (high - low >= 0.999 * least || high - low > xHigh - xLow)) {
        std::tie(low, high) = kept(low, high, 0, fullHigh);
        xZoomed = low > 0 || high < fullHigh;
        setX(low, high);
        fitYToShown();
    }
    if (curves)
        redraw();
    tellZoom();
}

void LossChart::Private::moveY(double low, double high)
{
    LossRange whole; // of what stands in the stretch on show
    if (curves && !curves->isEmpty())
        whole.fitTo(*curves, logarithmic, axis, xLow, xHigh);
    // Reckoned in logarithms where the axis is one. Never beyond what there is to see, nor closer than a thousandth.
    const auto to = [this](double value) { return logarithmic ? std::log(value) : value; };
    const auto from = [this](double value) { return logarithmic ? std::exp(value) : value; };
    if (whole.isValid() && to(high) - to(low) >= 0.999e-3 * (to(whole.high()) - to(whole.low()))) {
        std::tie(low, high) = kept(to(low), to(high), to(whole.low()), to(whole.high()));
        yZoomed = low > to(whole.low()) || high < to(whole.high());
        yLow = from(low);
        yHigh = from(high);
        if (!yZoomed)
            fitYToShown();
    }
    if (curves)
        redraw();
    tellZoom();
}

void LossChart::Private::updateTicks()
{
    const QRect area = plot->plotRect();
    const QFontMetricsF metrics(ui::font(Type::Mono));
    const int wantedX = std::max(2, int(area.width() / (metrics.horizontalAdvance(QLatin1Char('0')) * 7)));
    const double lineHeight = metrics.height() * (projector ? 2.6 : 1.7);
    const int wantedY = std::max(2, int(area.height() / lineHeight));
    const std::vector<double> x = axisTicks(axis, xLow, xHigh, wantedX);
    std::vector<double> y =
        logarithmic ? logTicks(yLow, yHigh, std::min(0.4, metrics.height() * 1.4 / std::max(1, area.height())))
                    : linearTicks(yLow, yHigh, wantedY);
    const auto spacing = [](const std::vector<double>& ticks) {
        return ticks.size() > 1 ? ticks[1] - ticks[0] : ticks.empty() ? 1 : ticks[0];
    };
    // An axis that does not begin at 0 says where it does; its end is a round value unless it was zoomed.
    if (const double least = metrics.height() * 1.2 / std::max(1, area.height()) * (yHigh - yLow);
        !logarithmic && !yZoomed && !y.empty() && y.front() - yLow >= least)
        y.insert(y.begin(), yLow);
    QStringList xLabels, yLabels;
    for (double tick : x)
        xLabels << axisText(axis, tick, spacing(x));
    for (double tick : y)
        yLabels << tickText(tick, yHigh / yLow > 9 && logarithmic ? tick : spacing(y));
    plot->setXTicks(x, xLabels);
    plot->setYTicks(y, yLabels);
}

} // namespace fettle::ui
