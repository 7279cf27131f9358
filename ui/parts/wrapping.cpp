// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/wrapping.h"

#include "ui/look/theme.h"

#include <QResizeEvent>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

std::vector<QRectF> wrapped(const std::vector<WrapItem>& items, const QRectF& room, double rowGap)
{
    std::vector<QRectF> places;
    QPointF at = room.topLeft();
    double row = 0;
    for (const WrapItem& item : items) {
        const bool first = at.x() == room.left();
        if (!first && at.x() + item.gap + item.size.width() > room.right()) {
            at = QPointF(room.left(), at.y() + row + rowGap);
            row = 0;
        } else if (!first) {
            at.rx() += item.gap;
        }
        places.emplace_back(at, item.size);
        at.rx() += item.size.width();
        row = std::max(row, item.size.height());
    }
    return places;
}

WrappingWidget::WrappingWidget(QWidget* parent, int least) : QWidget(parent), m_least(least)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum); // may be as high as its width asks for
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

int WrappingWidget::heightForWidth(int width) const
{
    const std::vector<QRectF> all = places(width);
    double height = all.empty() ? px(m_least) : 0;
    for (const QRectF& place : all)
        height = std::max(height, place.bottom());
    return static_cast<int>(std::ceil(height));
}

void WrappingWidget::itemsChanged(const QStringList& words)
{
    setAccessibleName(words.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

void WrappingWidget::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        updateGeometry();
}

} // namespace fettle::ui
