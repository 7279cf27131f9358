// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/flow_layout.h"

#include "ui/parts/wrapping.h"

#include <QWidget>
#include <algorithm>

namespace fettle::ui
{

FlowLayout::FlowLayout(QWidget* parent, int gap) : QLayout(parent), m_gap(gap)
{
    setContentsMargins(0, 0, 0, 0);
    if (!parent)
        return;
    QSizePolicy policy = parent->sizePolicy();
    policy.setHeightForWidth(true);
    parent->setSizePolicy(policy);
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

void FlowLayout::addItem(QLayoutItem* item)
{
    m_items.append(item);
    invalidate();
}

QLayoutItem* FlowLayout::itemAt(int index) const
{
    return index >= 0 && index < m_items.size() ? m_items[index] : nullptr;
}

QLayoutItem* FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const
{
    return arrange(QRect(0, 0, width, 0), false);
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem* item : m_items)
        if (!item->isEmpty())
            size = size.expandedTo(item->minimumSize());
    return size;
}

void FlowLayout::setGeometry(const QRect& rect)
{
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

int FlowLayout::arrange(const QRect& rect, bool move) const
{
    const bool mirrored = parentWidget() && parentWidget()->isRightToLeft();
    std::vector<QLayoutItem*> shown;
    std::vector<WrapItem> sizes;
    for (QLayoutItem* item : m_items) {
        if (item->isEmpty())
            continue;
        QSize size = item->sizeHint();
        size.setWidth(std::min(size.width(), std::max(rect.width(), item->minimumSize().width())));
        shown.push_back(item);
        sizes.push_back({size, static_cast<double>(m_gap)});
    }
    int bottom = rect.top();
    const std::vector<QRectF> places = wrapped(sizes, rect, m_gap);
    for (size_t i = 0; i < places.size(); ++i) {
        QRect place = places[i].toRect();
        bottom = std::max(bottom, place.bottom() + 1);
        if (mirrored)
            place.moveRight(rect.right() + rect.left() - place.left());
        if (move)
            shown[i]->setGeometry(place);
    }
    return bottom - rect.top();
}

} // namespace fettle::ui
