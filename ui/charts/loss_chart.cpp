// SPDX-License-Identifier: GPL-3.0-or-later
// The loss of a run while it learns.
#include "ui/charts/loss_chart.h"

#include "core/base/error.h"
#include "ui/charts/axis_ticks.h"
#include "ui/charts/chart_marks.h"
#include "ui/charts/chart_plot.h"
#include "ui/charts/loss_range.h"
#include "ui/look/fonts.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/button.h"

#include <QElapsedTimer>
#include <QImage>
#include <QKeyEvent>
#include <QPainter>
#include <QSvgGenerator>
#include <algorithm>
#include <cmath>

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
    ThinSeries thin;      ///< kept for its memory
    QElapsedTimer spoken; ///< since the description was set
    size_t spokenEvals = 0;
    bool spokenEmpty = true;

    void style();
    void fitX();
    void fitY();
    void fitYToShown();
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
    void zoom(double steps, const QPointF& pixel, bool vertical);
    void zoomY(double factor, double at);
    void drag(double dx, double dy);
};

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
    connect(d->plot, &ChartPlot::dragged, this, [this](double dx, double dy) { d->drag(dx, dy); });
    connect(d->plot, &ChartPlot::wheeled, this,
            [this](double steps, const QPointF& pixel, bool vertical) { d->zoom(steps, pixel, vertical); });
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        d->style();
        refresh();
    });
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
    if (event->type() == QEvent::FontChange)
        d->style();
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

void LossChart::savePicture(const QString& file)
{
    const QSize plotSize = d->plot->size();
    const int head = px(34);
    const QSize size(plotSize.width(), plotSize.height() + head);
    const auto paint = [&](QPainter& painter) {
        painter.fillRect(QRect(QPoint(), size), colors().card);
        painter.setFont(ui::font(Type::Help));
        double x = chartMargins().left();
        const auto legend = [&](const QColor& color, double width, const QString& label) {
            painter.setPen(QPen(color, width));
            painter.drawLine(QPointF(x, head / 2.0), QPointF(x + px(18), head / 2.0));
            x += px(24);
            painter.setPen(colors().text);
            painter.drawText(QPointF(x, head / 2.0 + QFontMetricsF(painter.font()).ascent() / 2 - 1), label);
            x += QFontMetricsF(painter.font()).horizontalAdvance(label) + px(18);
        };
        legend(colors().training, 2.4, tr("Training, smoothed"));
        legend(colors().trainingRaw, 1, tr("each step"));
        if (d->curves && !d->curves->evals().empty())
            legend(colors().validation, 2, tr("Validation"));
        painter.translate(0, head);
        d->plot->render(painter, plotSize);
    };
    d->exporting = true;
    bool written = false;
    if (file.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive)) {
        QSvgGenerator svg;
        svg.setFileName(file);
        svg.setSize(size);
        svg.setViewBox(QRect(QPoint(), size));
        svg.setTitle(tr("Loss"));
        svg.setDescription(summary());
        QPainter painter;
        written = painter.begin(&svg);
        if (written)
            paint(painter);
    } else {
        QImage image(size * 2, QImage::Format_RGB32);
        image.setDevicePixelRatio(2);
        {
            QPainter painter(&image);
            painter.setRenderHint(QPainter::Antialiasing);
            paint(painter);
        }
        image.setText(QStringLiteral("Description"), summary());
        written = image.save(file);
    }
    d->exporting = false;
    if (!written)
        throw Error(ErrorCode::Failed, "The picture could not be written: " + file.toStdString(),
                    "Choose a folder that you may write to.");
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

void LossChart::Private::tellZoom()
{
    const bool zoomed = xZoomed || yZoomed;
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
    const int columns = std::max(1, plot->plotRect().width());
    const std::vector<double>& x = curves->x(axis);
    decimate(x, curves->loss(), xLow, xHigh, columns, thin);
    plot->setCurveData(raw, thin);
    decimate(x, curves->smoothed(), xLow, xHigh, columns, thin);
    plot->setCurveData(smoothed, thin);
    thin.x.clear();
    thin.y.clear();
    for (const CurveEval& eval : curves->evals()) {
        thin.x.push_back(curves->xAt(axis, double(eval.step)));
        thin.y.push_back(eval.loss);
    }
    plot->setCurveData(validation, thin);
    updateTicks();
    plot->replot();
}

void LossChart::Private::updateTicks()
{
    const QRect area = plot->plotRect();
    const QFontMetricsF metrics(ui::font(Type::Mono));
    const int wantedX = std::max(2, int(area.width() / (metrics.horizontalAdvance(QLatin1Char('0')) * 7)));
    const double lineHeight = metrics.height() * (projector ? 2.6 : 1.7);
    const int wantedY = std::max(2, int(area.height() / lineHeight));
    const std::vector<double> x = axisTicks(axis, xLow, xHigh, wantedX);
    const std::vector<double> y =
        logarithmic ? logTicks(yLow, yHigh, std::min(0.4, metrics.height() * 1.4 / std::max(1, area.height())))
                    : linearTicks(yLow, yHigh, wantedY);
    const auto spacing = [](const std::vector<double>& ticks) {
        return ticks.size() > 1 ? ticks[1] - ticks[0] : ticks.empty() ? 1 : ticks[0];
    };
    QStringList xLabels, yLabels;
    for (double tick : x)
        xLabels << axisText(axis, tick, spacing(x));
    for (double tick : y)
        yLabels << tickText(tick, yHigh / yLow > 9 && logarithmic ? tick : spacing(y));
    plot->setXTicks(x, xLabels);
    plot->setYTicks(y, yLabels);
}

void LossChart::Private::paintBelow(QPainter& painter)
{
    if (!curves)
        return;
    const QRectF area = plot->plotRect();
    const double from = std::max(area.left(), plot->pixelX(curves->xAt(axis, double(curves->lastStep()))));
    if (curves->lastStep() >= curves->maxSteps() || from >= area.right())
        return;
    const QRectF rest(from, area.top(), area.right() - from + 1, area.height());
    painter.fillRect(rest, colors().window);
    painter.setFont(ui::font(Type::Help));
    painter.setPen(colors().text2);
    const QFontMetricsF metrics(painter.font());
    const QRectF room = rest.adjusted(px(8), 0, -px(8), -px(6));
    if (metrics.horizontalAdvance(restLabel) <= room.width())
        painter.drawText(room, Qt::AlignRight | Qt::AlignBottom, restLabel);
}

void LossChart::Private::paintAbove(QPainter& painter)
{
    if (!curves)
        return;
    const QRectF area = plot->plotRect();
    const auto inside = [&](double x) { return x >= area.left() - 1 && x <= area.right() + 1; };
    for (int64_t step : curves->checkpoints())
        if (const double x = plot->pixelX(curves->xAt(axis, double(step))); inside(x))
            paintFlag(painter, QPointF(x, area.bottom()));
    if (const CurveEval* best = curves->best()) {
        const QPointF at(plot->pixelX(curves->xAt(axis, double(best->step))), plot->pixelY(best->loss));
        if (inside(at.x()) && at.y() >= area.top() - 1 && at.y() <= area.bottom() + 1)
            paintBestMark(painter, at, px(projector ? 20 : 14));
    }
}

QString LossChart::Private::cursorLabel() const
{
    const double x = curves->xAt(axis, double(cursor));
    switch (axis) {
    case CurveAxis::Step:
        return LossChart::tr("step %1").arg(cursor);
    case CurveAxis::Epoch:
        return LossChart::tr("epoch %1").arg(QString::number(x, 'f', 2));
    case CurveAxis::Tokens:
        return LossChart::tr("%1 tokens").arg(axisCountText(x));
    case CurveAxis::Time:
        break;
    }
    return clockText(x);
}

void LossChart::Private::paintOverlay(QPainter& painter)
{
    if (!curves || curves->isEmpty())
        return;
    const QRectF area = plot->plotRect();
    if (cursor >= 0) {
        const double x = plot->pixelX(curves->xAt(axis, double(cursor)));
        // The line runs on to the slider's handle below.
        if (x >= area.left() - 1 && x <= area.right() + 1)
            paintCursor(painter, x, area.top(), exporting ? area.bottom() : plot->height(), cursorLabel(), area.left(),
                        area.right() + px(10));
    }
    if (hover >= 0 && !exporting) {
        const double x = plot->pixelX(curves->xAt(axis, double(hover)));
        painter.setPen(QPen(colors().text2, 1, Qt::DotLine));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        paintReadout(painter, QPointF(x, hoverAt.y()), area, readout(hover));
    }
}

Readout LossChart::Private::readout(int64_t step) const
{
    const Palette& p = colors();
    Readout box;
    box.title = LossChart::tr("Step %1 · epoch %2")
                    .arg(step)
                    .arg(QString::number(curves->xAt(CurveAxis::Epoch, double(step)), 'f', 2));
    box.corner = clockText(curves->xAt(CurveAxis::Time, double(step)));
    const ptrdiff_t index = curves->indexAt(step);
    if (index >= 0) {
        box.rows.push_back({p.trainingRaw, LossChart::tr("Training, this step"), lossText(curves->loss()[index])});
        box.rows.push_back({p.training, LossChart::tr("Training, smoothed"), lossText(curves->smoothed()[index])});
    }
    if (const CurveEval* eval = curves->evalAtOrBefore(step))
        box.rows.push_back(
            {p.validation,
             eval->step == step ? LossChart::tr("Validation") : LossChart::tr("Validation, step %1").arg(eval->step),
             lossText(eval->loss)});
    if (index >= 0)
        box.rows.push_back({QColor(), LossChart::tr("Learning rate"), figureText(curves->learningRate()[index])});
    return box;
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

void LossChart::Private::zoom(double steps, const QPointF& pixel, bool vertical)
{
    if (!curves || curves->isEmpty())
        return;
    const double factor = std::pow(0.8, steps);
    if (vertical) {
        zoomY(factor, plot->valueY(pixel.y()));
    } else {
        const double at = std::clamp(plot->valueX(pixel.x()), xLow, xHigh);
        const double low = std::max(0.0, at + (xLow - at) * factor);
        const double high = std::min(fullHigh, at + (xHigh - at) * factor);
        // No closer than about four steps; out again to the whole.
        const double least = fullHigh * 4 / double(std::max<int64_t>(4, curves->maxSteps()));
        if (factor < 1 && high - low < least)
            return;
        xZoomed = low > 0 || high < fullHigh;
        setX(low, high);
        fitYToShown();
    }
    redraw();
    tellZoom();
}

void LossChart::Private::zoomY(double factor, double at)
{
    LossRange whole; // of what stands in the stretch on show
    whole.fitTo(*curves, logarithmic, axis, xLow, xHigh);
    if (!whole.isValid())
        return;
    // Reckoned in logarithms where the axis is one. Never beyond what there is to see, nor closer than a thousandth.
    const auto to = [this](double value) { return logarithmic ? std::log(value) : value; };
    const auto from = [this](double value) { return logarithmic ? std::exp(value) : value; };
    const double lowest = to(whole.low()), highest = to(whole.high()), middle = std::clamp(to(at), lowest, highest);
    const double low = std::max(lowest, middle + (to(yLow) - middle) * factor);
    const double high = std::min(highest, middle + (to(yHigh) - middle) * factor);
    if (high - low < (highest - lowest) / 1000)
        return;
    yZoomed = low > lowest || high < highest;
    yLow = from(low);
    yHigh = from(high);
    if (!yZoomed)
        fitYToShown();
}

void LossChart::Private::drag(double dx, double dy)
{
    const QRect area = plot->plotRect();
    if (xZoomed && area.width() > 0) {
        const double span = xHigh - xLow;
        const double low = std::clamp(xLow - dx * span / area.width(), 0.0, std::max(0.0, fullHigh - span));
        setX(low, low + span);
    }
    if (yZoomed && area.height() > 0) {
        LossRange whole;
        whole.fitTo(*curves, logarithmic, axis, xLow, xHigh);
        const auto to = [this](double value) { return logarithmic ? std::log(value) : value; };
        const auto from = [this](double value) { return logarithmic ? std::exp(value) : value; };
        const double span = to(yHigh) - to(yLow), lowest = to(whole.low());
        const double low =
            std::clamp(to(yLow) + dy * span / area.height(), lowest, std::max(lowest, to(whole.high()) - span));
        yLow = from(low);
        yHigh = from(low + span);
    }
    if (xZoomed && !yZoomed)
        fitYToShown();
    if (xZoomed || yZoomed)
        redraw();
}

} // namespace fettle::ui
