// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/run_delegate.h"

#include "ui/look/fonts.h"
#include "ui/look/icons.h"
#include "ui/look/theme.h"
#include "ui/runs/run_list_model.h"

#include <QAbstractItemView>
#include <QMouseEvent>
#include <QPainter>
#include <cmath>

namespace fettle::ui
{
namespace
{
Type typeOf(int column)
{
    switch (column) {
    case RunListModel::Name:
    case RunListModel::Action:
        return Type::BodyStrong;
    case RunListModel::Steps:
    case RunListModel::Best:
    case RunListModel::Took:
        return Type::Mono;
    default:
        return Type::Body;
    }
}

QColor inkOf(int column)
{
    const Palette& p = colors();
    switch (column) {
    case RunListModel::Action:
        return p.accent;
    case RunListModel::Started:
    case RunListModel::Changed:
    case RunListModel::Text:
        return p.text2;
    default:
        return p.text;
    }
}
/// In the colour that the run has where it is compared; -1: empty.
void paintCheck(QPainter& painter, const QRect& room, int color)
{
    const Palette& p = colors();
    QRectF box(0, 0, px(15), px(15));
    box.moveCenter(QRectF(room).center());
    const bool isChecked = color >= 0;
    const QColor fill = isChecked ? p.overlay.at(static_cast<size_t>(color)) : QColor(Qt::transparent);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(isChecked ? fill : p.border, 1));
    painter.setBrush(fill);
    painter.drawRoundedRect(box, 3, 3);
    if (isChecked)
        paintIcon(painter, box.adjusted(1, 1, -1, -1), QStringLiteral("check"), p.card);
    painter.setRenderHint(QPainter::Antialiasing, false);
}
} // namespace

QRect RunDelegate::checkBox(const QRect& cell, const QModelIndex& index)
{
    if (!index.data(Qt::CheckStateRole).isValid())
        return {};
    const int side = px(26); // to be hit; what is painted is smaller
    return {cell.left() + (cell.left() <= 0 ? px(10) : px(2)), cell.center().y() - side / 2, side, side};
}

bool RunDelegate::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                              const QModelIndex& index)
{
    if (event->type() != QEvent::MouseButtonRelease)
        return false;
    const auto* mouse = static_cast<QMouseEvent*>(event);
    if (mouse->button() != Qt::LeftButton || !checkBox(option.rect, index).contains(mouse->position().toPoint()))
        return false;
    const bool isChecked = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    return model->setData(index, isChecked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
}

QSize RunDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const QString text = index.data().toString();
    const QFontMetricsF metrics(font(typeOf(index.column())));
    int width = static_cast<int>(std::ceil(metrics.horizontalAdvance(text))) + px(16);
    if (index.column() == RunListModel::Curve)
        width = px(120);
    else if (index.column() == RunListModel::State)
        width = StateBadge::sizeFor(text).width() + px(16);
    if (index.data(Qt::CheckStateRole).isValid())
        width += px(24);
    if (const QString mark = index.data(RunListModel::MarkRole).toString(); !mark.isEmpty())
        width += StateBadge::sizeFor(mark).width() + px(8);
    return {width, px(36)};
}

void RunDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Palette& p = colors();
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    const bool selected = option.state & QStyle::State_Selected;
    painter->save();
    if (selected)
        painter->fillRect(option.rect, p.hover);
    if (index.row() + 1 < index.model()->rowCount())
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), p.hairline);
    const bool first = view && option.rect.left() <= 0;
    if (selected && first)
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height() - 1), p.accent);
    const bool last = view && option.rect.right() >= view->viewport()->width() - 2;
    QRect inner = option.rect.adjusted(first ? px(16) : px(8), 0, last ? -px(16) : -px(8), 0);
    const QString text = index.data().toString();
    if (const QRect box = checkBox(option.rect, index); !box.isEmpty()) {
        paintCheck(*painter, box, index.data(RunListModel::ColorRole).toInt());
        inner.setLeft(inner.left() + px(24));
    }
    if (index.column() == RunListModel::Curve) {
        const QList<double> losses = index.data(RunListModel::CurveRole).value<QList<double>>();
        Sparkline::paint(*painter, QRectF(inner).adjusted(0, px(6), 0, -px(6)), {losses.begin(), losses.end()},
                         index.data(RunListModel::FractionRole).toDouble(),
                         index.data(RunListModel::IsValidationRole).toBool());
    } else if (index.column() == RunListModel::State) {
        StateBadge::paint(*painter, inner, text,
                          static_cast<StateBadge::Kind>(index.data(RunListModel::BadgeKindRole).toInt()));
    } else {
        painter->setFont(font(typeOf(index.column())));
        painter->setPen(inkOf(index.column()));
        const auto alignment = static_cast<Qt::Alignment>(index.data(Qt::TextAlignmentRole).toInt());
        const QString mark = index.data(RunListModel::MarkRole).toString();
        const int room = mark.isEmpty() ? inner.width() : inner.width() - StateBadge::sizeFor(mark).width() - px(8);
        const QString shown = painter->fontMetrics().elidedText(text, Qt::ElideMiddle, room);
        painter->drawText(inner, static_cast<int>(alignment), shown);
        if (!mark.isEmpty()) {
            inner.setLeft(inner.left() + painter->fontMetrics().horizontalAdvance(shown) + px(8));
            StateBadge::paint(*painter, inner, mark, StateBadge::Neutral);
        }
    }
    painter->restore();
}

} // namespace fettle::ui
