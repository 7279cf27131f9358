// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/overlay_chart.h"

#include "ui/charts/axis_ticks.h"
#include "ui/charts/chart_marks.h"
#include "ui/charts/chart_plot.h"
#include "ui/look/fonts.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"

#include <QEvent>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

namespace fettle::ui
{
namespace
{
/// A name at the end of its line.
struct Tag {
    QRectF place;
    QString words;
    QColor color;
};

QColor hue(const OverlayCurve& curve)
{
    return colors().overlay.at(static_cast<size_t>(curve.color));
}

CurveStyle styleOf(const OverlayCurve& curve)
{
    static constexpr std::array lines{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
    static constexpr std::array points{CurveStyle::Point::Disc, CurveStyle::Point::Square, CurveStyle::Point::Triangle,
                                       CurveStyle::Point::Diamond};
    constexpr size_t mostPoints = 60; // of more, markers would hide the line
    const auto index = static_cast<size_t>(curve.color);
    return {hue(curve), 2, lines.at(index), curve.steps.size() <= mostPoints ? px(6) : 0.0, points.at(index)};
}

size_t lowest(const OverlayCurve& curve)
{
    return static_cast<size_t>(std::min_element(curve.losses.begin(), curve.losses.end()) - curve.losses.begin());
}

/// Moves tags that lie over each other apart, down first, and up again from the lower edge.
void spread(std::vector<Tag>& tags, double bottom)
{
    std::sort(tags.begin(), tags.end(), [](const Tag& a, const Tag& b) { return a.place.top() < b.place.top(); });
    for (size_t i = 1; i < tags.size(); ++i)
        for (size_t j = 0; j < i; ++j)
            if (tags[i].place.intersects(tags[j].place))
                tags[i].place.moveTop(tags[j].place.bottom());
    for (size_t i = tags.size(); i-- > 0; bottom = tags[i].place.top())
        if (tags[i].place.bottom() > bottom)
            tags[i].place.moveBottom(bottom);
        else
            break; // nothing above it was pushed
}
} // namespace

class OverlayChart::Private
{
public:
    /// A point of a curve.
    struct Point {
        size_t curve = 0, index = 0;
    };

    ChartPlot* plot = nullptr;
    std::vector<OverlayCurve> curves;
    std::optional<Point> hovered;

    void redraw();
    void paintMarks(QPainter& painter) const;
    void paintHovered(QPainter& painter) const;
    QPointF pixel(const Point& point) const
    {
        const OverlayCurve& curve = curves[point.curve];
        return {plot->pixelX(curve.steps[point.index]), plot->pixelY(curve.losses[point.index])};
    }
    std::optional<Point> nearest(const QPointF& pixel) const;
};

OverlayChart::OverlayChart(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>())
{
    d->plot = new ChartPlot(this);
    d->plot->setPainters(
        {}, [this](QPainter& painter) { d->paintMarks(painter); },
        [this](QPainter& painter) { d->paintHovered(painter); });
    connect(d->plot, &ChartPlot::hovered, this, [this](const QPointF& pixel) {
        d->hovered = d->nearest(pixel);
        d->plot->replotOverlay();
    });
    connect(d->plot, &ChartPlot::unhovered, this, [this] {
        d->hovered.reset();
        d->plot->replotOverlay();
    });
}

OverlayChart::~OverlayChart() = default;

void OverlayChart::setCurves(std::vector<OverlayCurve> curves)
{
    if (curves == d->curves)
        return;
    d->curves = std::move(curves);
    d->hovered.reset();
    d->plot->removeCurves();
    QStringList told;
    for (const OverlayCurve& curve : d->curves) {
        d->plot->addCurve();
        const size_t best = lowest(curve);
        told << tr("%1: lowest %2 at step %3, last %4 at step %5")
                    .arg(curve.name, figureText(curve.losses[best]), countText(std::llround(curve.steps[best])),
                         figureText(curve.losses.back()), countText(std::llround(curve.steps.back())));
    }
    setAccessibleDescription(told.join(QStringLiteral("; ")));
    d->redraw();
}

QSize OverlayChart::sizeHint() const
{
    return {px(560), px(230)};
}

QSize OverlayChart::minimumSizeHint() const
{
    return {px(300), px(190)};
}

void OverlayChart::resizeEvent(QResizeEvent*)
{
    d->plot->setGeometry(rect());
    d->redraw();
}

void OverlayChart::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        d->redraw();
}

void OverlayChart::Private::redraw()
{
    if (curves.empty())
        return;
    const QFontMetricsF names(ui::font(Type::HelpStrong));
    double lastStep = 1, low = std::numeric_limits<double>::max(), high = -low, longest = 0;
    for (size_t i = 0; i < curves.size(); ++i) {
        const OverlayCurve& curve = curves[i];
        plot->setCurveStyle(static_cast<int>(i), styleOf(curve));
        plot->setCurveData(static_cast<int>(i), curve.steps, curve.losses);
        lastStep = std::max(lastStep, curve.steps.back());
        const auto [least, most] = std::minmax_element(curve.losses.begin(), curve.losses.end());
        low = std::min(low, *least);
        high = std::max(high, *most);
        longest = std::max(longest, names.horizontalAdvance(curve.name));
    }
    const double air = std::max(0.06 * (high - low), 0.01 * std::abs(high) + 1e-6);
    const QMargins usual = chartMargins();
    const int tags = static_cast<int>(std::min(longest, plot->width() * 0.25)) + px(16);
    plot->setMargins({usual.left(), px(10), std::max(tags, px(48)), usual.bottom()});
    plot->setAxisFont(ui::font(Type::Mono));
    plot->setXRange(0, lastStep);
    plot->setYRange(low - air, high + air);
    const auto setTicks = [](const std::vector<double>& ticks, const auto& text, const auto& take) {
        QStringList labels;
        for (const double tick : ticks)
            labels << text(tick, ticks.size() > 1 ? ticks[1] - ticks[0] : 1);
        take(ticks, labels);
    };
    setTicks(
        axisTicks(CurveAxis::Step, 0, lastStep, 5),
        [](double step, double spacing) { return axisText(CurveAxis::Step, step, spacing); },
        [this](const auto& ticks, const auto& labels) { plot->setXTicks(ticks, labels); });
    setTicks(linearTicks(low - air, high + air, 6), tickText,
             [this](const auto& ticks, const auto& labels) { plot->setYTicks(ticks, labels); });
    plot->replot();
}

void OverlayChart::Private::paintMarks(QPainter& painter) const
{
    const QRectF area = plot->plotRect();
    painter.setFont(ui::font(Type::HelpStrong));
    const QFontMetricsF metrics(painter.font());
    std::vector<Tag> tags;
    for (size_t i = 0; i < curves.size(); ++i) {
        const OverlayCurve& curve = curves[i];
        const QPointF end = pixel({i, curve.losses.size() - 1});
        // Behind its end; above it where it ended early, since others go on there.
        const bool isEarly = end.x() < area.right() - px(8);
        const double room = isEarly ? area.width() / 2 : plot->width() - end.x() - px(12);
        const QString words = metrics.elidedText(curve.name, Qt::ElideMiddle, room);
        QRectF place(0, 0, metrics.horizontalAdvance(words), metrics.height());
        place.moveCenter(end);
        isEarly ? place.moveBottom(end.y() - px(8)) : place.moveLeft(end.x() + px(8));
        tags.push_back({place, words, hue(curve)});
    }
    spread(tags, area.bottom());
    QColor veil = colors().card; // lines run below the name of a run that ended early
    veil.setAlpha(215);
    for (const Tag& tag : tags) {
        painter.fillRect(tag.place, veil);
        painter.setPen(tag.color);
        painter.drawText(tag.place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, tag.words);
    }
    for (size_t i = 0; i < curves.size(); ++i)
        paintBestMark(painter, pixel({i, lowest(curves[i])}), px(11), hue(curves[i]));
    painter.setFont(ui::font(Type::Help));
    painter.setPen(colors().text2);
    painter.drawText(QRectF(area.right() + px(8), area.bottom() + px(4), px(60), metrics.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, OverlayChart::tr("step"));
}

void OverlayChart::Private::paintHovered(QPainter& painter) const
{
    if (!hovered)
        return;
    const OverlayCurve& curve = curves[hovered->curve];
    paintReadout(painter, pixel(*hovered), QRectF(plot->rect()),
                 {curve.name,
                  OverlayChart::tr("step %1").arg(countText(std::llround(curve.steps[hovered->index]))),
                  {{hue(curve), OverlayChart::tr("loss"), figureText(curve.losses[hovered->index])}}});
}

std::optional<OverlayChart::Private::Point> OverlayChart::Private::nearest(const QPointF& at) const
{
    std::optional<Point> found;
    double closest = px(24);
    for (size_t i = 0; i < curves.size(); ++i)
        for (size_t point = 0; point < curves[i].steps.size(); ++point) {
            const QPointF apart = pixel({i, point}) - at;
            if (const double distance = std::hypot(apart.x(), apart.y()); distance < closest) {
                closest = distance;
                found = Point{i, point};
            }
        }
    return found;
}

} // namespace fettle::ui
