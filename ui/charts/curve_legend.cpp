// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/curve_legend.h"

#include "ui/charts/chart_marks.h"
#include "ui/look/fonts.h"

#include <QPainter>
#include <QResizeEvent>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{
double markWidth()
{
    return px(22);
}
} // namespace

CurveLegend::CurveLegend(QWidget* parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&Theme::instance(), &Theme::changed, this, [this] { updateGeometry(); });
}

void CurveLegend::setItems(std::vector<LegendItem> items)
{
    QStringList words;
    for (const LegendItem& item : items)
        words << (item.figure.isEmpty() ? item.name : item.name + QLatin1Char(' ') + item.figure);
    setAccessibleName(words.join(QStringLiteral(", ")));
    const bool sameCount = items.size() == m_items.size();
    const int before = heightForWidth(width());
    m_items = std::move(items);
    if (!sameCount || heightForWidth(width()) != before) // longer figures may need another row
        updateGeometry();
    update();
}

void CurveLegend::setQuiet(bool quiet)
{
    m_quiet = quiet;
    update();
}

double CurveLegend::itemWidth(const LegendItem& item) const
{
    double width = markWidth() + px(6) + QFontMetricsF(ui::font(Type::Help)).horizontalAdvance(item.name);
    if (item.mark == LegendItem::Mark::Flag || item.mark == LegendItem::Mark::Stop)
        width -= markWidth() - px(10);
    if (!item.figure.isEmpty())
        width += px(7) + QFontMetricsF(ui::font(Type::Mono)).horizontalAdvance(item.figure);
    return width;
}

double CurveLegend::rowHeight() const
{
    return QFontMetricsF(ui::font(Type::Help)).height() + px(2);
}

int CurveLegend::heightForWidth(int width) const
{
    double x = 0;
    int rows = 1;
    for (const LegendItem& item : m_items) {
        const double needed = itemWidth(item);
        if (x > 0 && x + needed > width) {
            ++rows;
            x = 0;
        }
        x += needed + px(18);
    }
    return int(std::ceil(rows * rowHeight()));
}

QSize CurveLegend::sizeHint() const
{
    double width = 0;
    for (const LegendItem& item : m_items)
        width += itemWidth(item) + px(18);
    return {int(width), int(std::ceil(rowHeight()))};
}

QSize CurveLegend::minimumSizeHint() const
{
    double width = 0;
    for (const LegendItem& item : m_items)
        width = std::max(width, itemWidth(item));
    return {int(std::ceil(width)), heightForWidth(std::max(this->width(), int(std::ceil(width))))};
}

void CurveLegend::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        updateGeometry();
}

void CurveLegend::paintItemMark(QPainter& painter, LegendItem::Mark mark, const QRectF& rect) const
{
    const Palette& p = colors();
    const auto line = [&](const QColor& color, double width) {
        painter.setPen(QPen(color, width, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(rect.left(), rect.center().y()), QPointF(rect.right() - 2, rect.center().y()));
    };
    switch (mark) {
    case LegendItem::Mark::ThickLine:
        line(p.training, 2.4);
        break;
    case LegendItem::Mark::ThinLine:
        line(p.trainingRaw, 1.2);
        break;
    case LegendItem::Mark::LineWithPoint:
        line(p.validation, 2);
        painter.setPen(Qt::NoPen);
        painter.setBrush(p.validation);
        painter.drawEllipse(rect.center() - QPointF(1, 0), 3.5, 3.5);
        break;
    case LegendItem::Mark::Diamond:
        paintBestMark(painter, rect.center(), px(11));
        break;
    case LegendItem::Mark::Flag:
        paintFlag(painter, QPointF(rect.center().x(), rect.center().y() + px(5)));
        break;
    case LegendItem::Mark::Stop:
        painter.setPen(QPen(p.accent, 1.8));
        painter.setBrush(p.card);
        painter.drawEllipse(rect.center(), px(4), px(4));
        break;
    }
}

void CurveLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    double x = 0, y = 0;
    const double height = rowHeight();
    for (const LegendItem& item : m_items) {
        const double needed = itemWidth(item);
        if (x > 0 && x + needed > width()) {
            x = 0;
            y += height;
        }
        const bool narrow = item.mark == LegendItem::Mark::Flag || item.mark == LegendItem::Mark::Stop;
        const QRectF mark(x, y, narrow ? px(10) : markWidth(), height);
        paintItemMark(painter, item.mark, mark);
        QRectF words(mark.right() + px(6), y, needed, height);
        painter.setFont(ui::font(Type::Help));
        painter.setPen(m_quiet ? colors().text2 : colors().text);
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, item.name);
        if (!item.figure.isEmpty()) {
            words.translate(QFontMetricsF(painter.font()).horizontalAdvance(item.name) + px(7), 0);
            painter.setFont(ui::font(Type::Mono));
            painter.setPen(colors().text);
            painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, item.figure);
        }
        x += needed + px(18);
    }
}

} // namespace fettle::ui
