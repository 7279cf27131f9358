// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a row of runs: name, curve, badge, figures, link.
#pragma once

#include <QStyledItemDelegate>

namespace fettle::ui
{

class RunDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override;
    /// Where the box of a run that can be compared stands in its cell; empty where there is none.
    static QRect checkBox(const QRect& cell, const QModelIndex& index);
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace fettle::ui
