// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/flow_layout.h"

#include <QWidget>
#include <algorithm>

namespace fettle::ui
{

FlowLayout::FlowLayout(QWidget* parent, int gap) : QLayout(parent), m_gap(gap)
{
    setContentsMargins(0, 0, 0, 0);
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
    int x = rect.left(), y = rect.top(), row = 0;
    for (QLayoutItem* item : m_items) {
        if (item->isEmpty())
            continue;
        QSize size = item->sizeHint();
        size.setWidth(std::min(size.width(), std::max(rect.width(), item->minimumSize().width())));
        if (x > rect.left() && x + size.width() > rect.right() + 1) {
            x = rect.left();
            y += row + m_gap;
            row = 0;
        }
        if (move)
            item->setGeometry(QRect(QPoint(mirrored ? rect.right() + rect.left() - x - size.width() + 1 : x, y), size));
        x += size.width() + m_gap;
        row = std::max(row, size.height());
    }
    return y + row - rect.top();
}

} // namespace fettle::ui
