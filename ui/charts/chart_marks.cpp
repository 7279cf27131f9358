// SPDX-License-Identifier: GPL-3.0-or-later
// What charts draw beside their curves.
#include "ui/charts/chart_marks.h"

#include "ui/look/fonts.h"
#include "ui/look/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

QMargins chartMargins()
{
    const QFontMetricsF mono(ui::font(Type::Mono));
    return {int(std::ceil(mono.horizontalAdvance(QStringLiteral("00.00")))) + px(14), px(26), px(16),
            int(std::ceil(mono.height())) + px(12)};
}

void paintBestMark(QPainter& painter, const QPointF& centre, double size, const QColor& color)
{
    const double half = size / 2;
    const QPolygonF diamond{
        {centre + QPointF(0, -half), centre + QPointF(half, 0), centre + QPointF(0, half), centre + QPointF(-half, 0)}};
    painter.setPen(QPen(color, 1.8, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.setBrush(colors().card);
    painter.drawPolygon(diamond);
}

QRectF flagRect(const QPointF& foot)
{
    const double w = px(8), h = px(10);
    return {foot.x() - w / 2, foot.y() - h, w, h};
}

void paintFlag(QPainter& painter, const QPointF& foot)
{
    const QRectF flag = flagRect(foot);
    QPainterPath path(flag.bottomLeft());
    path.lineTo(flag.topLeft());
    path.lineTo(flag.topRight());
    path.lineTo(flag.bottomRight());
    path.lineTo(foot + QPointF(0, -flag.height() * 0.36));
    path.closeSubpath();
    painter.fillPath(path, colors().text2);
}

void paintCursor(QPainter& painter, double x, double top, double bottom, const QString& label, double left,
                 double right)
{
    const Palette& p = colors();
    x = std::round(x);
    painter.setPen(QPen(p.accent, 2, Qt::SolidLine, Qt::FlatCap));
    painter.drawLine(QPointF(x, top), QPointF(x, bottom));
    if (label.isEmpty())
        return;
    painter.setFont(ui::font(Type::Mono));
    const QFontMetricsF metrics(painter.font());
    const double w = metrics.horizontalAdvance(label) + px(14), h = metrics.height() + px(4);
    const QRectF box(std::clamp(x - w / 2, left, std::max(left, right - w)), std::max(0.0, top - h - 1), w, h);
    painter.setPen(Qt::NoPen);
    painter.setBrush(p.accent);
    painter.drawRoundedRect(box, 3, 3);
    painter.drawRect(QRectF(x - 1, box.bottom() - 2, 2, 4));
    painter.setPen(p.onAccent);
    painter.drawText(box, Qt::AlignCenter, label);
}

void paintReadout(QPainter& painter, const QPointF& at, const QRectF& bounds, const Readout& readout)
{
    const Palette& p = colors();
    const QFont title = ui::font(Type::HelpStrong), body = ui::font(Type::Help), mono = ui::font(Type::Mono);
    const QFontMetricsF titleMetrics(title), bodyMetrics(body), monoMetrics(mono);
    const double pad = px(9), mark = px(8), gap = px(14);
    const double line = std::max(bodyMetrics.height(), monoMetrics.height()) + px(2);
    double width = titleMetrics.horizontalAdvance(readout.title) + gap + monoMetrics.horizontalAdvance(readout.corner);
    for (const ReadoutRow& row : readout.rows)
        width = std::max(width, (row.mark.isValid() ? mark + px(6) : 0) + bodyMetrics.horizontalAdvance(row.label) +
                                    gap + monoMetrics.horizontalAdvance(row.value));
    QRectF box(0, 0, width + 2 * pad, line * double(readout.rows.size() + 1) + pad * 1.4);
    const bool fitsRight = at.x() + px(12) + box.width() <= bounds.right();
    box.moveLeft(fitsRight ? at.x() + px(12) : std::max(bounds.left(), at.x() - px(12) - box.width()));
    box.moveTop(std::clamp(at.y() - box.height() / 2, bounds.top() + 1,
                           std::max(bounds.top() + 1, bounds.bottom() - box.height() - 1)));
    painter.setPen(QPen(p.border, 1));
    painter.setBrush(p.card);
    painter.drawRoundedRect(box.translated(0.5, 0.5), px(5), px(5));

    QRectF row(box.left() + pad, box.top() + pad * 0.7, width, line);
    painter.setFont(title);
    painter.setPen(p.text);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, readout.title);
    painter.setFont(mono);
    painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, readout.corner);
    for (const ReadoutRow& entry : readout.rows) {
        row.translate(0, line);
        double indent = 0;
        if (entry.mark.isValid()) {
            painter.fillRect(QRectF(row.left(), row.center().y() - mark / 2, mark, mark), entry.mark);
            indent = mark + px(6);
        }
        painter.setFont(body);
        painter.setPen(p.text2);
        painter.drawText(row.adjusted(indent, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, entry.label);
        painter.setFont(mono);
        painter.setPen(p.text);
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, entry.value);
    }
}

} // namespace fettle::ui
