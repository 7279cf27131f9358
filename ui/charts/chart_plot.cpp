// SPDX-License-Identifier: GPL-3.0-or-later
// A plotting area with fixed margins, on QCustomPlot.
#include "ui/charts/chart_plot.h"

#include <QMouseEvent>
#include <QWheelEvent>
#include <qcustomplot.h>

#include "ui/look/fonts.h"
#include "ui/look/theme.h"

namespace fettle::ui
{

namespace
{

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
    QPointF pressed, last;
    bool down = false, moved = false;
    bool stale = true; ///< changed while hidden

    static void fill(QCPAxisTickerText& ticker, const std::vector<double>& places, const QStringList& labels)
    {
        ticker.clear();
        for (size_t i = 0; i < places.size() && i < size_t(labels.size()); ++i)
            ticker.addTick(places[i], labels[qsizetype(i)]);
    }
};

ChartPlot::ChartPlot(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>())
{
    d->plot = new QCustomPlot(this);
    QCustomPlot& plot = *d->plot;
    plot.setMouseTracking(true);
    plot.setFocusPolicy(Qt::NoFocus);
    plot.installEventFilter(this);
    plot.setAttribute(Qt::WA_NoMousePropagation, false); // a right click that it does not take goes on to the owner
    plot.setNoAntialiasingOnDrag(false);
    plot.setAntialiasedElements(QCP::aePlottables | QCP::aeScatters | QCP::aeOther);
    plot.plotLayout()->setMargins(QMargins());
    plot.axisRect()->setAutoMargins(QCP::msNone);
    plot.axisRect()->setMinimumSize(10, 10);
    plot.layer(QStringLiteral("overlay"))->setMode(QCPLayer::lmBuffered);
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
    connect(&Theme::instance(), &Theme::changed, this, &ChartPlot::recolour);
    setAxisFont(ui::font(Type::Mono));
    recolour();
}

ChartPlot::~ChartPlot() = default;

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
    QCPGraph* graph = d->plot->addGraph();
    graph->setAdaptiveSampling(false); // the data come thinned, with every peak
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

void ChartPlot::setCurveData(int curve, const ThinSeries& series)
{
    const QVector<double> x(series.x.begin(), series.x.end()), y(series.y.begin(), series.y.end());
    d->plot->graph(curve)->setData(x, y, true);
}

void ChartPlot::setMargins(const QMargins& margins)
{
    d->plot->axisRect()->setMargins(margins);
}

void ChartPlot::setXRange(double low, double high)
{
    d->plot->xAxis->setRange(low, high);
}

void ChartPlot::setYRange(double low, double high)
{
    d->plot->yAxis->setRange(low, high);
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
    switch (event->type()) {
    case QEvent::MouseButtonPress: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() != Qt::LeftButton)
            break;
        d->down = true;
        d->moved = false;
        d->pressed = d->last = mouse->position();
        break;
    }
    case QEvent::MouseMove: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (!d->down) {
            Q_EMIT hovered(mouse->position());
            break;
        }
        d->moved |= (mouse->position() - d->pressed).manhattanLength() > 4;
        if (d->moved) {
            const QPointF way = mouse->position() - d->last;
            d->last = mouse->position();
            Q_EMIT dragged(way.x(), way.y());
        }
        break;
    }
    case QEvent::MouseButtonRelease: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (d->down && !d->moved && mouse->button() == Qt::LeftButton)
            Q_EMIT clicked(mouse->position());
        d->down = false;
        break;
    }
    case QEvent::MouseButtonDblClick:
        d->down = false;
        Q_EMIT doubleClicked();
        return true;
    case QEvent::Wheel: {
        auto* wheel = static_cast<QWheelEvent*>(event);
        const double steps = wheel->angleDelta().y() / 120.0;
        if (steps != 0)
            Q_EMIT wheeled(steps, wheel->position(), wheel->modifiers() & Qt::ControlModifier);
        wheel->accept();
        return true;
    }
    case QEvent::ContextMenu:
        event->ignore(); // the owner's widget gets it
        return true;
    case QEvent::Leave:
        Q_EMIT unhovered();
        break;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace fettle::ui
