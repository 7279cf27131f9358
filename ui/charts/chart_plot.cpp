// SPDX-License-Identifier: GPL-3.0-or-later
// A plotting area with fixed margins, on QCustomPlot.
#include "ui/charts/chart_plot.h"

#include <QMouseEvent>
#include <QScopedValueRollback>
#include <QWheelEvent>
#include <qcustomplot.h>

#include "ui/look/fonts.h"
#include "ui/look/theme.h"

namespace fettle::ui
{

namespace
{

/// QCustomPlot takes the wheel whether it zooms or not; here what holds a chart that does not zoom scrolls.
class Plot : public QCustomPlot
{
public:
    using QCustomPlot::QCustomPlot;

protected:
    void wheelEvent(QWheelEvent* event) override
    {
        if (interactions() & QCP::iRangeZoom)
            QCustomPlot::wheelEvent(event);
        else
            event->ignore();
    }
};

/// Lets the owner paint within one of the plot's layers.
class Painted : public QCPLayerable
{
public:
    Painted(QCustomPlot* plot, const QString& layer) : QCPLayerable(plot, layer) {}
    std::function<void(QPainter&)> paint;

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override { painter->setAntialiasing(true); }
    void draw(QCPPainter* painter) override
    {
        if (!paint)
            return;
        painter->save();
        // The library shifts what it smooths by half a pixel; owners count in whole ones.
        if (painter->antialiasing() && !painter->modes().testFlag(QCPPainter::pmVectorized))
            painter->translate(-0.5, -0.5);
        paint(*painter);
        painter->restore();
    }
};

QCPScatterStyle scatter(const CurveStyle& style)
{
    if (style.pointSize <= 0)
        return QCPScatterStyle(QCPScatterStyle::ssNone);
    static constexpr QCPScatterStyle::ScatterShape shapes[] = {QCPScatterStyle::ssDisc, QCPScatterStyle::ssSquare,
                                                               QCPScatterStyle::ssTriangle, QCPScatterStyle::ssDiamond};
    QCPScatterStyle result(shapes[int(style.point)], style.color, style.color, style.pointSize);
    result.setPen(QPen(style.color, 1));
    return result;
}

} // namespace

class ChartPlot::Private
{
public:
    QCustomPlot* plot = nullptr;
    Painted *below = nullptr, *above = nullptr, *overlay = nullptr;
    QSharedPointer<QCPAxisTickerText> xTicker, yTicker;
    QPoint pressed;
    bool setting = false; ///< a range comes from the owner
    bool stale = true;    ///< changed while hidden

    static void fill(QCPAxisTickerText& ticker, const std::vector<double>& places, const QStringList& labels)
    {
        ticker.clear();
        for (size_t i = 0; i < places.size() && i < size_t(labels.size()); ++i)
            ticker.addTick(places[i], labels[qsizetype(i)]);
    }
};

ChartPlot::ChartPlot(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>())
{
    d->plot = new Plot(this);
    QCustomPlot& plot = *d->plot;
    plot.setMouseTracking(true);
    plot.setFocusPolicy(Qt::NoFocus);
    plot.setAttribute(Qt::WA_NoMousePropagation, false); // a right click that it does not take goes on to the owner
    plot.setNoAntialiasingOnDrag(false);
    plot.setAntialiasedElements(QCP::aePlottables | QCP::aeScatters | QCP::aeOther);
    plot.plotLayout()->setMargins(QMargins());
    plot.axisRect()->setAutoMargins(QCP::msNone);
    plot.axisRect()->setMinimumSize(10, 10);
    plot.axisRect()->setRangeZoomFactor(0.8);
    plot.layer(QStringLiteral("overlay"))->setMode(QCPLayer::lmBuffered);
    plot.installEventFilter(this);
    connect(&plot, &QCustomPlot::mousePress, this, [this](const QMouseEvent* mouse) { d->pressed = mouse->pos(); });
    connect(&plot, &QCustomPlot::mouseMove, this, [this](const QMouseEvent* mouse) {
        if (!mouse->buttons())
            Q_EMIT hovered(mouse->position());
    });
    connect(&plot, &QCustomPlot::mouseRelease, this, [this](const QMouseEvent* mouse) {
        if (mouse->button() == Qt::LeftButton && (mouse->pos() - d->pressed).manhattanLength() <= 4)
            Q_EMIT clicked(mouse->position());
    });
    connect(&plot, &QCustomPlot::mouseDoubleClick, this, [this] {
        d->pressed = {-100, -100}; // the second release is no click
        Q_EMIT doubleClicked();
    });
    d->below = new Painted(&plot, QStringLiteral("background"));
    d->above = new Painted(&plot, QStringLiteral("legend"));
    d->overlay = new Painted(&plot, QStringLiteral("overlay"));
    d->xTicker.reset(new QCPAxisTickerText);
    d->yTicker.reset(new QCPAxisTickerText);
    plot.xAxis->setTicker(d->xTicker);
    plot.yAxis->setTicker(d->yTicker);
    for (QCPAxis* axis : {plot.xAxis, plot.yAxis}) {
        axis->setTickLength(0, 0);
        axis->setSubTicks(false);
        axis->setNumberFormat(QStringLiteral("g")); // labels as they are given: no powers in superscript
        axis->setTickLabelPadding(6);
    }
    plot.xAxis->grid()->setVisible(false);
    plot.xAxis->setTickLength(0, 4);
    setAxisFont(ui::font(Type::Mono));
    recolour();
}

ChartPlot::~ChartPlot() = default;

void ChartPlot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        recolour();
}

void ChartPlot::recolour()
{
    QCustomPlot& plot = *d->plot;
    const Palette& p = colors();
    plot.setBackground(p.card);
    for (QCPAxis* axis : {plot.xAxis, plot.yAxis}) {
        axis->setBasePen(QPen(p.border, 1));
        axis->setTickPen(QPen(p.border, 1));
        axis->setTickLabelColor(p.text2);
        axis->grid()->setPen(QPen(p.grid, 1));
        axis->grid()->setZeroLinePen(QPen(p.grid, 1));
    }
    replot();
}

int ChartPlot::addCurve()
{
    d->plot->addGraph();
    return d->plot->graphCount() - 1;
}

void ChartPlot::removeCurves()
{
    d->plot->clearGraphs();
}

void ChartPlot::setCurveStyle(int curve, const CurveStyle& style)
{
    QCPGraph* graph = d->plot->graph(curve);
    QPen pen(style.color, style.width, style.line, Qt::RoundCap, Qt::RoundJoin);
    graph->setPen(pen);
    graph->setScatterStyle(scatter(style));
}

void ChartPlot::setCurveData(int curve, const std::vector<double>& x, const std::vector<double>& y)
{
    QVector<QCPGraphData> points;
    points.reserve(qsizetype(x.size()));
    for (size_t i = 0; i < x.size(); ++i)
        points.append({x[i], y[i]});
    d->plot->graph(curve)->data()->set(points, true);
}

void ChartPlot::setMargins(const QMargins& margins)
{
    d->plot->axisRect()->setMargins(margins);
}

void ChartPlot::setXRange(double low, double high)
{
    const QScopedValueRollback own(d->setting, true);
    d->plot->xAxis->setRange(low, high);
}

void ChartPlot::setYRange(double low, double high)
{
    const QScopedValueRollback own(d->setting, true);
    d->plot->yAxis->setRange(low, high);
}

void ChartPlot::setZoomable()
{
    QCustomPlot& plot = *d->plot;
    plot.setInteractions(QCP::iRangeZoom | QCP::iRangeDrag);
    setDraggable(false, false);
    connect(&plot, &QCustomPlot::mouseWheel, this, [&plot](const QWheelEvent* wheel) {
        plot.axisRect()->setRangeZoom(wheel->modifiers() & Qt::ControlModifier ? Qt::Vertical : Qt::Horizontal);
    });
    const auto moved = qOverload<const QCPRange&>(&QCPAxis::rangeChanged);
    connect(plot.xAxis, moved, this, [this](const QCPRange& range) {
        if (!d->setting)
            Q_EMIT xMoved(range.lower, range.upper);
    });
    connect(plot.yAxis, moved, this, [this](const QCPRange& range) {
        if (!d->setting)
            Q_EMIT yMoved(range.lower, range.upper);
    });
}

void ChartPlot::setDraggable(bool x, bool y)
{
    d->plot->axisRect()->setRangeDrag((x ? Qt::Horizontal : Qt::Orientations()) |
                                      (y ? Qt::Vertical : Qt::Orientations()));
}

void ChartPlot::setLogarithmic(bool on)
{
    d->plot->yAxis->setScaleType(on ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
}

void ChartPlot::setXTicks(const std::vector<double>& places, const QStringList& labels)
{
    Private::fill(*d->xTicker, places, labels);
}

void ChartPlot::setYTicks(const std::vector<double>& places, const QStringList& labels)
{
    Private::fill(*d->yTicker, places, labels);
}

void ChartPlot::setAxisFont(const QFont& axisFont)
{
    d->plot->xAxis->setTickLabelFont(axisFont);
    d->plot->yAxis->setTickLabelFont(axisFont);
}

QRect ChartPlot::plotRect() const
{
    return d->plot->axisRect()->rect();
}

double ChartPlot::pixelX(double x) const
{
    return d->plot->xAxis->coordToPixel(x);
}

double ChartPlot::pixelY(double y) const
{
    return d->plot->yAxis->coordToPixel(y);
}

double ChartPlot::valueX(double pixel) const
{
    return d->plot->xAxis->pixelToCoord(pixel);
}

double ChartPlot::valueY(double pixel) const
{
    return d->plot->yAxis->pixelToCoord(pixel);
}

void ChartPlot::setPainters(std::function<void(QPainter&)> below, std::function<void(QPainter&)> above,
                            std::function<void(QPainter&)> overlay)
{
    d->below->paint = std::move(below);
    d->above->paint = std::move(above);
    d->overlay->paint = std::move(overlay);
}

void ChartPlot::replot()
{
    d->stale = !isVisible() || d->plot->size().isEmpty();
    if (!d->stale)
        d->plot->replot(QCustomPlot::rpQueuedReplot);
}

void ChartPlot::showEvent(QShowEvent*)
{
    if (d->stale)
        replot();
}

void ChartPlot::replotOverlay()
{
    if (d->stale) // a hidden plot has no picture yet to lay it over
        replot();
    else
        d->plot->layer(QStringLiteral("overlay"))->replot();
}

void ChartPlot::render(QPainter& painter, const QSize& size)
{
    // toPainter wants the library's own painter; a picture in between keeps every line a line.
    QPicture picture;
    {
        QCPPainter recorder;
        recorder.begin(&picture);
        recorder.setMode(QCPPainter::pmVectorized);
        recorder.setMode(QCPPainter::pmNoCaching);
        d->plot->toPainter(&recorder, size.width(), size.height());
    }
    painter.drawPicture(0, 0, picture);
    replot(); // toPainter laid out for another size
}

void ChartPlot::resizeEvent(QResizeEvent*)
{
    d->plot->setGeometry(QRect(QPoint(), size().expandedTo({1, 1}))); // it cannot draw into nothing
    Q_EMIT resized();
}

bool ChartPlot::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Leave)
        Q_EMIT unhovered();
    return QWidget::eventFilter(watched, event);
}

} // namespace fettle::ui
