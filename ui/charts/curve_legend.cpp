// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/curve_legend.h"

#include "ui/charts/chart_marks.h"
#include "ui/look/fonts.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

CurveLegend::CurveLegend(QWidget* parent) : WrappingWidget(parent) {}

void CurveLegend::setItems(std::vector<LegendItem> items)
{
    QStringList words;
    for (const LegendItem& item : items)
        words << (item.figure.isEmpty() ? item.name : item.name + QLatin1Char(' ') + item.figure);
    m_items = std::move(items);
    itemsChanged(words);
}

void CurveLegend::setQuiet(bool quiet)
{
    m_quiet = quiet;
    update();
}

double CurveLegend::markWidth(LegendItem::Mark mark)
{
    switch (mark) {
    case LegendItem::Mark::None:
        return 0;
    case LegendItem::Mark::Flag:
    case LegendItem::Mark::Stop:
        return px(10) + px(6);
    default:
        return px(22) + px(6);
    }
}

double CurveLegend::itemWidth(const LegendItem& item) const
{
    double width = markWidth(item.mark) + QFontMetricsF(ui::font(Type::Help)).horizontalAdvance(item.name);
    if (!item.figure.isEmpty())
        width += px(7) + QFontMetricsF(ui::font(Type::Mono)).horizontalAdvance(item.figure);
    return width;
}

double CurveLegend::rowHeight() const
{
    return QFontMetricsF(ui::font(Type::Help)).height() + px(2);
}

std::vector<QRectF> CurveLegend::places(double width) const
{
    std::vector<WrapItem> items;
    for (const LegendItem& item : m_items)
        items.push_back({{itemWidth(item), rowHeight()}, static_cast<double>(px(18))});
    return wrapped(items, QRectF(0, 0, width, 0));
}

QSize CurveLegend::sizeHint() const
{
    const std::vector<QRectF> row = places(1e6);
    return {row.empty() ? 0 : int(row.back().right()) + px(18), int(std::ceil(rowHeight()))};
}

QSize CurveLegend::minimumSizeHint() const
{
    double width = 0;
    for (const LegendItem& item : m_items)
        width = std::max(width, itemWidth(item));
    return {int(std::ceil(width)), heightForWidth(std::max(this->width(), int(std::ceil(width))))};
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
        paintBestMark(painter, rect.center(), px(11), colors().validation);
        break;
    case LegendItem::Mark::Flag:
        paintFlag(painter, QPointF(rect.center().x(), rect.center().y() + px(5)));
        break;
    case LegendItem::Mark::Stop:
        painter.setPen(QPen(p.accent, 1.8));
        painter.setBrush(p.card);
        painter.drawEllipse(rect.center(), px(4), px(4));
        break;
    case LegendItem::Mark::None:
        break;
    }
}

void CurveLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const std::vector<QRectF> all = places(width());
    for (size_t i = 0; i < all.size(); ++i) {
        const LegendItem& item = m_items[i];
        QRectF mark = all[i];
        mark.setWidth(markWidth(item.mark) - px(6));
        paintItemMark(painter, item.mark, mark);
        QRectF words = all[i];
        words.moveLeft(words.left() + markWidth(item.mark));
        painter.setFont(ui::font(Type::Help));
        painter.setPen(m_quiet ? colors().text2 : colors().text);
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, item.name);
        if (!item.figure.isEmpty()) {
            words.translate(QFontMetricsF(painter.font()).horizontalAdvance(item.name) + px(7), 0);
            painter.setFont(ui::font(Type::Mono));
            painter.setPen(colors().text);
            painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, item.figure);
        }
    }
}

} // namespace fettle::ui
