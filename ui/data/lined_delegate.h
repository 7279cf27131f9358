// SPDX-License-Identifier: GPL-3.0-or-later
// Cells with air at both sides and a hairline below each row, as all tables of the window have them.
#pragma once

#include "ui/look/theme.h"

#include <QPainter>
#include <QStyledItemDelegate>

namespace fettle::ui
{

class LinedDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyleOptionViewItem inner = option;
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, colors().hover);
        inner.state &= ~(QStyle::State_Selected | QStyle::State_HasFocus);
        inner.rect.adjust(px(7), 0, -px(7), -1);
        QStyledItemDelegate::paint(painter, inner, index);
        painter->setPen(colors().hairline);
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const QSize size = QStyledItemDelegate::sizeHint(option, index);
        return {size.width() + px(14), px(31)};
    }
};

} // namespace fettle::ui
