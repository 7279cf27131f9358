// SPDX-License-Identifier: GPL-3.0-or-later
// The loss of a run while it learns.
#include "ui/charts/loss_chart_private.h"
#include "ui/look/fonts.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/button.h"

#include <QKeyEvent>
#include <algorithm>

namespace fettle::ui
{

LossChart::LossChart(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>(*this))
{
    d->restLabel = tr("still to come");
    d->plot = new ChartPlot(this);
    d->raw = d->plot->addCurve();
    d->smoothed = d->plot->addCurve();
    d->validation = d->plot->addCurve();
    d->plot->setPainters([this](QPainter& painter) { d->paintBelow(painter); },
                         [this](QPainter& painter) { d->paintAbove(painter); },
                         [this](QPainter& painter) { d->paintOverlay(painter); });
    d->back = makeButton(tr("Show all (0)"), Look::Outlined, ControlSize::Small, {}, this);
    d->back->setToolTip(tr("Back from the zoom: the whole run, every loss"));
    d->back->setFocusPolicy(Qt::NoFocus); // the key 0 does the same
    d->back->hide();
    connect(d->back, &QPushButton::clicked, this, &LossChart::resetZoom);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Loss chart"));
    connect(d->plot, &ChartPlot::hovered, this, [this](const QPointF& pixel) { d->setHover(pixel); });
    connect(d->plot, &ChartPlot::unhovered, this, [this] {
        d->hover = -1;
        d->plot->replotOverlay();
    });
    connect(d->plot, &ChartPlot::clicked, this, [this](const QPointF& pixel) {
        setFocus(Qt::MouseFocusReason);
        const int64_t step = d->curves ? d->curves->stepAt(d->axis, d->plot->valueX(pixel.x())) : -1;
        if (step < 0)
            return;
        setCursorStep(step);
        Q_EMIT cursorMoved(step);
    });
    connect(d->plot, &ChartPlot::doubleClicked, this, &LossChart::resetZoom);
    d->plot->setZoomable();
    connect(d->plot, &ChartPlot::xMoved, this, [this](double low, double high) {
        d->moveX(low, high);
        if (d->curves && d->cursor >= 0 && !d->isCursorShown())
            Q_EMIT cursorLeft();
    });
    connect(d->plot, &ChartPlot::yMoved, this, [this](double low, double high) { d->moveY(low, high); });
    d->style();
}

LossChart::~LossChart() = default;

void LossChart::setCurves(const RunCurves* curves)
{
    d->curves = curves;
    d->fullHigh = 0;
    d->yRange = {};
    d->xZoomed = d->yZoomed = false;
    d->hover = d->cursor = -1;
    d->spoken.invalidate();
    d->tellZoom();
    refresh();
}

void LossChart::refresh()
{
    if (!d->curves)
        return;
    d->fitX();
    d->fitY();
    d->redraw();
    // Screen readers are told of checks at once, of the steps between them now and then.
    if (d->curves->evals().size() != d->spokenEvals || d->curves->isEmpty() != d->spokenEmpty || !d->spoken.isValid() ||
        d->spoken.elapsed() > 2000) {
        d->spokenEvals = d->curves->evals().size();
        d->spokenEmpty = d->curves->isEmpty();
        d->spoken.start();
        setAccessibleDescription(summary());
    }
}

void LossChart::setAxis(CurveAxis axis)
{
    if (axis == d->axis)
        return;
    // A zoomed stretch stays the same stretch of steps.
    const auto translated = [&](double x) {
        return d->curves ? d->curves->xAt(axis, double(d->curves->stepAt(d->axis, x))) : x;
    };
    const double low = translated(d->xLow), high = translated(d->xHigh);
    d->axis = axis;
    d->fullHigh = 0;
    if (d->xZoomed && high > low)
        d->setX(low, high);
    else
        d->xZoomed = false;
    refresh();
    d->tellZoom();
}

CurveAxis LossChart::axis() const
{
    return d->axis;
}

void LossChart::setLogarithmic(bool on)
{
    d->logarithmic = on;
    d->yZoomed = false;
    d->yRange = {};
    if (d->curves)
        d->fitYToShown();
    refresh();
    d->tellZoom();
}

bool LossChart::isLogarithmic() const
{
    return d->logarithmic;
}

void LossChart::setRestLabel(const QString& label)
{
    d->restLabel = label;
    d->plot->replot();
}

void LossChart::setProjector(bool on)
{
    d->projector = on;
    d->style();
    refresh();
}

void LossChart::setCursorStep(int64_t step)
{
    if (step == d->cursor)
        return;
    d->cursor = step;
    d->plot->replotOverlay();
}

void LossChart::bringCursorIntoView()
{
    if (!d->curves || d->cursor < 0 || d->isCursorShown())
        return;
    // Into the middle: there is room for what it came from and for what follows.
    const double x = d->curves->xAt(d->axis, double(d->cursor)), half = (d->xHigh - d->xLow) / 2;
    d->moveX(x - half, x + half);
}

int64_t LossChart::cursorStep() const
{
    return d->cursor;
}

void LossChart::resetZoom()
{
    d->xZoomed = d->yZoomed = false;
    d->yRange = {};
    refresh();
    d->tellZoom();
}

bool LossChart::isZoomed() const
{
    return d->xZoomed || d->yZoomed;
}

double LossChart::visibleLow() const
{
    return d->xLow;
}

double LossChart::visibleHigh() const
{
    return d->xHigh;
}

double LossChart::lowestLoss() const
{
    return d->yLow;
}

double LossChart::highestLoss() const
{
    return d->yHigh;
}

QString LossChart::summary() const
{
    const RunCurves* curves = d->curves;
    if (!curves || curves->isEmpty())
        return tr("No loss yet.");
    QStringList parts;
    if (curves->size() > 0) {
        const std::vector<double>& line = curves->smoothed();
        const double now = line.back(), before = line[line.size() - 1 - std::min<size_t>(line.size() - 1, 20)];
        const QString way = now < before * 0.998 ? tr("falling") : now > before * 1.002 ? tr("rising") : tr("level");
        parts << tr("Training %1, %2").arg(lossText(now), way);
    }
    if (const CurveEval* best = curves->best())
        parts << tr("validation %1, best %2 at step %3")
                     .arg(lossText(curves->evals().back().loss), lossText(best->loss))
                     .arg(best->step);
    return tr("%1; step %2 of %3.")
        .arg(parts.join(QStringLiteral("; ")))
        .arg(curves->lastStep())
        .arg(curves->maxSteps());
}

QSize LossChart::sizeHint() const
{
    return {px(560), px(140)}; // it takes what is left; a low window must not scroll for it
}

QSize LossChart::minimumSizeHint() const
{
    return {px(260), px(130)};
}

void LossChart::resizeEvent(QResizeEvent*)
{
    // The library leaves its lowest row of pixels out: one more, so that the cursor's line reaches the slider.
    d->plot->setGeometry(rect().adjusted(0, 0, 0, 1));
    if (d->curves)
        d->redraw();
    d->tellZoom();
}

void LossChart::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::StyleChange)
        return;
    d->style();
    refresh();
}

void LossChart::keyPressEvent(QKeyEvent* event)
{
    const int way = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
    if (way == 0 || !(event->modifiers() & Qt::ShiftModifier) || !d->curves || d->curves->size() == 0) {
        QWidget::keyPressEvent(event);
        return;
    }
    const int64_t step = std::clamp<int64_t>(std::max<int64_t>(d->cursor, 0) + way, 0, d->curves->lastStep());
    setCursorStep(step);
    Q_EMIT cursorMoved(step);
}

void LossChart::Private::style()
{
    const Palette& p = colors();
    const double thick = projector ? 1.5 : 1.0;
    plot->setMargins(chartMargins());
    plot->setAxisFont(ui::font(Type::Mono));
    plot->setCurveStyle(raw, {p.trainingRaw, 1.0 * thick});
    plot->setCurveStyle(smoothed, {p.training, 2.2 * thick});
    plot->setCurveStyle(validation, {p.validation, 2.0 * thick, Qt::SolidLine, 7 * thick});
}

bool LossChart::Private::isCursorShown() const
{
    const double x = curves->xAt(axis, double(cursor));
    return x >= xLow && x <= xHigh;
}

void LossChart::Private::tellZoom()
{
    const bool zoomed = xZoomed || yZoomed;
    plot->setDraggable(xZoomed, yZoomed);
    back->setVisible(zoomed);
    if (zoomed) {
        const QSize size = back->sizeHint();
        const QRect area = plot->plotRect();
        back->setGeometry(area.right() - size.width() - px(6), area.top() + px(6), size.width(), size.height());
        back->raise();
    }
}

void LossChart::Private::redraw()
{
    plot->setLogarithmic(logarithmic);
    plot->setXRange(xLow, xHigh);
    plot->setYRange(yLow, yHigh);
    const std::vector<double>& x = curves->x(axis);
    plot->setCurveData(raw, x, curves->loss());
    plot->setCurveData(smoothed, x, curves->smoothed());
    std::vector<double> evalX, evalLoss;
    for (const CurveEval& eval : curves->evals()) {
        evalX.push_back(curves->xAt(axis, double(eval.step)));
        evalLoss.push_back(eval.loss);
    }
    plot->setCurveData(validation, evalX, evalLoss);
    updateTicks();
    plot->replot();
}

void LossChart::Private::setHover(const QPointF& pixel)
{
    const QRect area = plot->plotRect();
    const int64_t before = hover;
    hover = curves && area.adjusted(-2, 0, 2, 0).contains(pixel.toPoint())
                ? curves->stepAt(axis, plot->valueX(pixel.x()))
                : -1;
    if (hover >= 0) // nothing was recorded under the pointer: what stands outside the zoomed stretch is not told here
        if (const double x = plot->pixelX(curves->xAt(axis, double(hover)));
            x < area.left() - 1 || x > area.right() + 1)
            hover = -1;
    hoverAt = pixel;
    if (hover >= 0 || before >= 0)
        plot->replotOverlay();
}

} // namespace fettle::ui
