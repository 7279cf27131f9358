// SPDX-License-Identifier: GPL-3.0-or-later
// What charts draw beside their curves: cursor and its label, flags, the diamond of the best, the read-out; and the
// margins that let chart and slider stand in line.
#pragma once

#include <QColor>
#include <QMargins>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <vector>

class QPainter;

namespace fettle::ui
{

/// Of the loss chart and of the slider below it, at the current text size.
QMargins chartMargins();

void paintBestMark(QPainter& painter, const QPointF& centre, double size, const QColor& color);
/// A bookmark that stands on the axis with its foot at `foot`.
void paintFlag(QPainter& painter, const QPointF& foot);
QRectF flagRect(const QPointF& foot); ///< that it covers
/// The vertical line of the cursor and, if `label` is not empty, its label above `top`, between `left` and `right`.
void paintCursor(QPainter& painter, double x, double top, double bottom, const QString& label, double left,
                 double right);

struct ReadoutRow {
    QColor mark; ///< invalid: none
    QString label, value;
};
struct Readout {
    QString title, corner;
    std::vector<ReadoutRow> rows;
};
/// A small box of figures beside `at`, kept within `bounds`.
void paintReadout(QPainter& painter, const QPointF& at, const QRectF& bounds, const Readout& readout);

} // namespace fettle::ui
