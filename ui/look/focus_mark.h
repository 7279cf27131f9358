// SPDX-License-Identifier: GPL-3.0-or-later
// The focus ring around a part of a painted widget (a chip, a grip): the same ring that FocusRing draws around
// controls.
#pragma once

#include "ui/look/theme.h"

#include <QPainter>

namespace fettle::ui
{

constexpr int focusFrameMargin = 5; ///< of the frame in which Style paints the ring around a control

/// 2 px of accent, 1 px away from `rect`.
inline void paintFocusMark(QPainter& painter, const QRectF& rect, qreal radius)
{
    painter.setPen(QPen(colors().accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), radius + 2, radius + 2);
}

} // namespace fettle::ui
