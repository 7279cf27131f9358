// SPDX-License-Identifier: GPL-3.0-or-later
// A small chart of one series of a run.
#include "ui/charts/small_chart.h"

#include "ui/charts/axis_ticks.h"
#include "ui/charts/chart_marks.h"
#include "ui/charts/chart_plot.h"
#include "ui/look/fonts.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"

#include <QPainter>
#include <QResizeEvent>
#include <algorithm>
#include <cmath>
#include <limits>

namespace fettle::ui
{

class SmallChart::Private
{
public:
    QString title, ruleLabel;
    Series series;
    ChartPlot* plot = nullptr;
    const RunCurves* curves = nullptr;
    CurveAxis axis = CurveAxis::Step;
    std::function<QString(double)> format = figureText;
    std::function<QString(double)> tickFormat = [](double value) {
        return value < 0.01 || value >= 1e3 ? figureText(value) : QString::number(value);
    };
    double rule = 0, low = 0, high = 1, top = 1;
    int64_t cursor = -1;

    double valueAt(int64_t step) const
    {
        if (!curves || curves->size() == 0)
            return std::nan("");
        const ptrdiff_t index = step < 0 ? ptrdiff_t(curves->size()) - 1 : curves->indexAt(step);
        return index < 0 ? std::nan("") : (curves->*series)()[size_t(index)]; // before the first step there is none
    }
    int head() const { return int(QFontMetricsF(ui::font(Type::HelpStrong)).height()) + px(4); }
    void style()
    {
        const QFontMetricsF mono(ui::font(Type::Mono));
        plot->setAxisFont(ui::font(Type::Mono));
        plot->setMargins({int(mono.horizontalAdvance(QStringLiteral("0.0e-0"))) + px(8), int(mono.height() / 2) + 2,
                          px(6), int(mono.height() / 2) + 2});
        plot->setCurveStyle(0, {colors().training, 1.5});
    }
    QRectF ruleLabelPlace(const QSizeF& words, double ruleY) const;
    size_t pointsIn(const QRectF& place) const; ///< of the curve
    void fitY();
    void redraw();
};

SmallChart::SmallChart(const QString& title, Series series, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>())
{
    d->title = title;
    d->series = series;
    d->plot = new ChartPlot(this);
    d->plot->addCurve();
    d->plot->setPainters(
        {},
        [this](QPainter& painter) {
            if (d->rule <= 0 || d->rule > d->top)
                return;
            const QRectF area = d->plot->plotRect();
            const double y = d->plot->pixelY(d->rule);
            painter.setPen(QPen(colors().text2, 1, Qt::DashLine));
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
            painter.setFont(ui::font(Type::Help));
            const QRectF place = d->ruleLabelPlace(QFontMetricsF(painter.font()).size(0, d->ruleLabel), y);
            QColor veil = colors().card; // curves may run below the words all the same
            veil.setAlpha(215);
            painter.fillRect(place, veil);
            painter.drawText(place, Qt::AlignCenter, d->ruleLabel);
        },
        [this](QPainter& painter) {
            if (!d->curves || d->cursor < 0)
                return;
            const QRectF area = d->plot->plotRect();
            const double x = d->plot->pixelX(d->curves->xAt(d->axis, double(d->cursor)));
            if (x >= area.left() - 1 && x <= area.right() + 1)
                paintCursor(painter, x, area.top(), area.bottom(), QString(), 0, width());
        });
    connect(d->plot, &ChartPlot::clicked, this, [this](const QPointF& pixel) {
        const int64_t step = d->curves ? d->curves->stepAt(d->axis, d->plot->valueX(pixel.x())) : -1;
        if (step >= 0)
            Q_EMIT cursorMoved(step);
    });
    setAccessibleName(title);
    d->style();
}

SmallChart::~SmallChart() = default;

void SmallChart::setCurves(const RunCurves* curves)
{
    d->curves = curves;
    d->top = 0;
    refresh();
}

void SmallChart::refresh()
{
    if (!d->curves)
        return;
    d->fitY();
    d->redraw();
    setAccessibleDescription(d->format(d->valueAt(d->cursor)));
    update();
}

void SmallChart::setAxis(CurveAxis axis)
{
    d->axis = axis;
    refresh();
}

void SmallChart::setVisibleRange(double low, double high)
{
    d->low = low;
    d->high = high;
    refresh();
}

void SmallChart::setCursorStep(int64_t step)
{
    d->cursor = step;
    d->plot->replotOverlay();
    update();
}

void SmallChart::setFormat(std::function<QString(double)> format)
{
    d->format = d->tickFormat = std::move(format);
    refresh();
}

void SmallChart::setRule(double value, const QString& label)
{
    d->rule = value;
    d->ruleLabel = label;
    refresh();
}

QSize SmallChart::sizeHint() const
{
    return {px(190), px(100)};
}

QSize SmallChart::minimumSizeHint() const
{
    return {px(110), px(72)};
}

void SmallChart::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::StyleChange)
        return;
    d->style();
    resizeEvent(nullptr);
}

void SmallChart::resizeEvent(QResizeEvent*)
{
    d->plot->setGeometry(0, d->head(), width(), std::max(1, height() - d->head()));
    if (d->curves)
        d->redraw();
}

void SmallChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QRectF row(0, 0, width() - px(6), d->head());
    const QString value = d->format(d->valueAt(d->cursor));
    painter.setFont(ui::font(Type::Mono));
    painter.setPen(colors().text);
    painter.drawText(row, Qt::AlignRight | Qt::AlignTop, value);
    const double room = row.width() - QFontMetricsF(painter.font()).horizontalAdvance(value) - px(8);
    painter.setFont(ui::font(Type::HelpStrong));
    painter.drawText(row, Qt::AlignLeft | Qt::AlignTop,
                     QFontMetricsF(painter.font()).elidedText(d->title, Qt::ElideRight, room));
}

/// In the corner above or below the rule where the fewest points of the curve are.
QRectF SmallChart::Private::ruleLabelPlace(const QSizeF& words, double ruleY) const
{
    const QRectF area = plot->plotRect();
    QRectF best;
    size_t fewest = std::numeric_limits<size_t>::max();
    for (const double above : {ruleY - 2 - words.height(), ruleY + 2})
        for (const double left : {area.right() - words.width(), area.left() + px(4)}) { // clear of the axis
            const QRectF place(QPointF(left, above), words);
            if (above < area.top() || place.bottom() > area.bottom())
                continue;
            if (const size_t covered = pointsIn(place); covered < fewest) {
                fewest = covered;
                best = place;
            }
        }
    return best;
}

size_t SmallChart::Private::pointsIn(const QRectF& place) const
{
    if (!curves)
        return 0;
    const std::vector<double>&x = curves->x(axis), &y = (curves->*series)();
    size_t count = 0;
    for (size_t i = 0; i < std::min(x.size(), y.size()); ++i)
        count += place.contains(QPointF(plot->pixelX(x[i]), plot->pixelY(y[i]))) ? 1 : 0;
    return count;
}

void SmallChart::Private::fitY()
{
    // The bulk counts: one leap of the gradient must not flatten the rest.
    std::vector<double> sample;
    const std::vector<double>& values = (curves->*series)();
    for (size_t i = 0; i < values.size(); i += values.size() / 2000 + 1)
        if (std::isfinite(values[i]))
            sample.push_back(values[i]);
    std::sort(sample.begin(), sample.end());
    double needed = sample.empty() ? 1 : sample[sample.size() - 1 - sample.size() / 100];
    needed = std::max({needed * 1.06, rule * 1.3, 1e-12});
    if (needed > top || needed < 0.6 * top)
        top = needed;
}

void SmallChart::Private::redraw()
{
    const std::vector<double>& values = (curves->*series)();
    plot->setCurveData(0, curves->x(axis), values);
    plot->setXRange(low, high);
    plot->setYRange(0, top);
    const std::vector<double> ticks = linearTicks(0, top, 2);
    std::vector<double> places{0};
    QStringList labels{QStringLiteral("0")};
    if (ticks.size() > 1) {
        places.push_back(ticks.back());
        labels << tickFormat(ticks.back());
    }
    plot->setYTicks(places, labels);
    plot->setXTicks({}, {});
    plot->replot();
}

} // namespace fettle::ui
