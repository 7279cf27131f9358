// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/rail_item.h"

#include "ui/look/fonts.h"
#include "ui/look/icons.h"
#include "ui/look/style.h"

#include <QFocusEvent>
#include <QPainter>
#include <algorithm>

namespace fettle::ui
{

namespace
{
constexpr int lineLeft = 48;
}

RailItem::RailItem(PageId page, const QString& name, const QString& icon, QWidget* parent)
    : QAbstractButton(parent), m_page(page), m_icon(icon)
{
    setText(name);
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus); // a click leads into the page, and its keys work there at once
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusRadius(this, -1); // the ring stands inside, where it is not cut off
    setAccessibleName(name);
}

void RailItem::setState(Mark mark, double fraction, const QString& markWords, const QString& line)
{
    m_mark = mark;
    m_fraction = fraction;
    m_line = line;
    QString name = text();
    if (!markWords.isEmpty())
        name += QStringLiteral(", ") + markWords;
    if (!line.isEmpty())
        name += QStringLiteral(", ") + line;
    setAccessibleName(name);
    setToolTip(m_compact ? name : shownLine() == line ? QString() : line);
    update();
}

void RailItem::setConnected(bool above, bool below)
{
    if (above == m_above && below == m_below)
        return;
    m_above = above;
    m_below = below;
    update();
}

void RailItem::setCompact(bool compact)
{
    m_compact = compact;
    updateGeometry();
    update();
}

QSize RailItem::sizeHint() const
{
    if (m_compact)
        return {px(56), px(50)};
    return {px(224), m_page == PageId::Home ? px(38) : px(56)};
}

int RailItem::lineRoom() const
{
    return width() - px(lineLeft) - px(8);
}

void RailItem::paintSign(QPainter& painter, const QRectF& square) const
{
    if (m_icon.isEmpty())
        paintMark(painter, square, m_mark, m_fraction);
    else
        paintIcon(painter, square, m_icon, colors().text);
}

void RailItem::paintEvent(QPaintEvent*)
{
    const Palette& p = colors();
    QPainter painter(this);
    if (isChecked()) {
        painter.fillRect(rect(), p.card);
        painter.fillRect(QRect(0, 0, 3, height()), p.accent);
    } else if (underMouse()) {
        painter.fillRect(rect(), p.hover);
    }
    m_compact ? paintCompact(painter) : paintWide(painter);
    if (hasFocus() && m_byKeyboard) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(p.accent, 2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(5, 2, -3, -2), 5, 5);
    }
}

void RailItem::focusInEvent(QFocusEvent* event)
{
    m_byKeyboard = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    QAbstractButton::focusInEvent(event);
}

void RailItem::paintWide(QPainter& painter) const
{
    const Palette& p = colors();
    const double side = px(20);
    const bool oneLine = m_page == PageId::Home;
    const double middle = oneLine ? height() / 2.0 : px(21);
    const QRectF square(px(29) - side / 2, middle - side / 2, side, side);
    if (m_icon.isEmpty()) {
        painter.setPen(QPen(p.border, 1));
        const double x = std::round(square.center().x()) + 0.5;
        if (m_above)
            painter.drawLine(QPointF(x, 0), QPointF(x, square.top()));
        if (m_below)
            painter.drawLine(QPointF(x, square.bottom()), QPointF(x, height()));
    }
    paintSign(painter, square);
    const int left = px(lineLeft), room = lineRoom();
    QFont name = ui::font(Type::Primary);
    name.setWeight(isChecked() ? QFont::DemiBold : QFont::Medium);
    painter.setFont(name);
    painter.setPen(p.text);
    if (oneLine) {
        painter.drawText(QRect(left, 0, room, height()), Qt::AlignVCenter, text());
        return;
    }
    painter.drawText(QRect(left, px(8), room, px(20)), Qt::AlignVCenter, text());
    painter.setFont(ui::font(Type::Help));
    painter.setPen(p.text2);
    painter.drawText(QRect(left, px(28), room, px(18)), Qt::AlignVCenter, shownLine());
}

QString RailItem::shownLine() const
{
    const QFontMetrics metrics(ui::font(Type::Help));
    const int room = lineRoom();
    const qsizetype at = m_line.lastIndexOf(QStringLiteral(" · "));
    if (at < 0)
        return metrics.elidedText(m_line, Qt::ElideMiddle, room);
    // The fact in full, unless too little of the name would be left; then its figure, which stands first in it.
    const QString name = m_line.left(at), fact = m_line.mid(at);
    const int roomOfName = std::max(room - metrics.horizontalAdvance(fact), room * 11 / 20);
    const QString shown = metrics.elidedText(name, Qt::ElideMiddle, roomOfName);
    return shown + metrics.elidedText(fact, Qt::ElideRight, room - metrics.horizontalAdvance(shown));
}

void RailItem::paintCompact(QPainter& painter) const
{
    const double side = px(18);
    paintSign(painter, QRectF((width() - side) / 2, px(6), side, side));
    QFont name = ui::font(Type::Help);
    name.setPixelSize(px(10.5));
    if (isChecked())
        name.setWeight(QFont::DemiBold);
    painter.setFont(name);
    painter.setPen(colors().text);
    painter.drawText(QRect(0, px(26), width(), px(18)), Qt::AlignCenter, text());
}

} // namespace fettle::ui
