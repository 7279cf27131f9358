// SPDX-License-Identifier: GPL-3.0-or-later
// What the style paints of menus and of the bar that they hang on.
#include "ui/look/icons.h"
#include "ui/look/style.h"
#include "ui/look/theme.h"

#include <QPainter>
#include <QStyleOption>
#include <algorithm>

namespace fettle::ui
{
namespace
{
bool isChecked(const QStyleOptionMenuItem& item)
{
    return item.checkType != QStyleOptionMenuItem::NotCheckable && item.checked;
}

/// Where an item's words begin: where any of the menu has a mark or an icon, all stand behind these.
int wordsLeft(const QStyleOptionMenuItem& item)
{
    return item.menuHasCheckableItems || item.maxIconWidth > 0 ? px(34) : px(12);
}

/// What is free at the end of an item, where a submenu has its arrow.
int wordsRight()
{
    return px(28);
}
} // namespace

QSize Style::menuItemSize(const QStyleOptionMenuItem& item, const QSize& words) const
{
    if (item.menuItemType == QStyleOptionMenuItem::Separator)
        return {px(10), 11};
    const int beforeKeys = item.text.contains(QLatin1Char('\t')) ? px(16) : 0;
    return {wordsLeft(item) + words.width() + beforeKeys + wordsRight(), item.fontMetrics.height() + 2 * px(5)};
}

void Style::drawMenuItem(const QStyleOptionMenuItem& item, QPainter& painter, const QWidget* menu) const
{
    const Palette& p = colors();
    const QRect r = item.rect;
    if (item.menuItemType == QStyleOptionMenuItem::Separator) {
        painter.fillRect(QRect(r.left(), r.center().y(), r.width(), 1), p.hairline);
        return;
    }
    const bool enabled = item.state & State_Enabled;
    const QColor ink = enabled ? p.text : p.border;
    const auto part = [&](int left, int width) {
        return visualRect(item.direction, r, QRect(r.left() + left, r.top(), width, r.height()));
    };
    painter.save();
    if (enabled && (item.state & State_Selected))
        painter.fillRect(r, p.tint);
    if (isChecked(item))
        paintIcon(painter, part(px(10), px(16)), QStringLiteral("check"), ink);
    else if (!item.icon.isNull())
        item.icon.paint(&painter, part(px(10), px(16)), Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
    if (item.menuItemType == QStyleOptionMenuItem::SubMenu)
        paintIcon(painter, part(r.width() - px(21), px(13)), QStringLiteral("chevron-right"), ink);

    const auto alignment = visualAlignment(item.direction, Qt::AlignLeft | Qt::AlignVCenter);
    const int mnemonics =
        styleHint(SH_UnderlineShortcut, &item, menu, nullptr) ? Qt::TextShowMnemonic : Qt::TextHideMnemonic;
    const int flags = static_cast<int>(alignment) | Qt::TextSingleLine | mnemonics;
    const int left = wordsLeft(item), keys = item.reservedShortcutWidth;
    const qsizetype tab = item.text.indexOf(QLatin1Char('\t'));
    painter.setFont(item.font);
    painter.setPen(ink);
    painter.drawText(part(left, r.width() - left - wordsRight()), flags, item.text.left(tab));
    if (tab >= 0)
        painter.drawText(part(r.width() - wordsRight() - keys, keys), flags, item.text.mid(tab + 1));
    painter.restore();
}

void Style::drawMenuBar(const QStyleOption& option, QPainter& painter, const QWidget* bar) const
{
    painter.fillRect(option.rect, colors().rail);
    const int bottom = bar ? bar->height() - 1 : option.rect.bottom();
    painter.fillRect(QRect(option.rect.left(), bottom, option.rect.width(), 1), colors().hairline);
}

void Style::drawMenuBarItem(const QStyleOptionMenuItem& item, QPainter& painter, const QWidget* bar) const
{
    const Palette& p = colors();
    const bool enabled = item.state & State_Enabled;
    drawMenuBar(item, painter, bar);
    painter.save();
    if (enabled && (item.state & State_Selected)) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(item.state & State_Sunken ? p.tint : p.hover);
        painter.drawRoundedRect(item.rect.adjusted(0, 1, 0, -2), 4, 4);
    }
    painter.setPen(enabled ? p.text : p.border);
    const bool underlined = styleHint(SH_UnderlineShortcut, &item, bar, nullptr);
    painter.drawText(item.rect, Qt::AlignCenter | (underlined ? Qt::TextShowMnemonic : Qt::TextHideMnemonic),
                     item.text);
    painter.restore();
}

} // namespace fettle::ui
