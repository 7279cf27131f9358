// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/home/way_button.h"

#include "ui/look/fonts.h"
#include "ui/look/icons.h"
#include "ui/look/style.h"

#include <QPainter>

namespace fettle::ui
{

WayButton::WayButton(const QString& icon, const QString& title, const QString& line, QWidget* parent)
    : QAbstractButton(parent), m_icon(icon), m_line(line)
{
    setText(title);
    setAccessibleName(title + QStringLiteral(", ") + line);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusRadius(this, 3);
}

QSize WayButton::sizeHint() const
{
    const int words = std::max(QFontMetrics(ui::font(Type::BodyStrong)).horizontalAdvance(text()),
                               QFontMetrics(ui::font(Type::Help)).horizontalAdvance(m_line));
    return {words + px(44) + px(40), px(48)};
}

void WayButton::paintEvent(QPaintEvent*)
{
    const Palette& p = colors();
    QPainter painter(this);
    if (underMouse())
        painter.fillRect(rect(), p.hover);
    painter.fillRect(QRect(0, 0, width(), 1), p.hairline);
    paintIcon(painter, QRectF(px(14), (height() - px(18)) / 2.0 - px(2), px(18), px(18)), m_icon, p.accent);
    painter.setFont(ui::font(Type::BodyStrong));
    painter.setPen(p.text);
    painter.drawText(QRect(px(44), px(6), width(), px(19)), Qt::AlignVCenter, text());
    painter.setFont(ui::font(Type::Help));
    painter.setPen(p.text2);
    painter.drawText(QRect(px(44), px(24), width(), px(18)), Qt::AlignVCenter, m_line);
    paintIcon(painter, QRectF(width() - px(28), (height() - px(14)) / 2.0, px(14), px(14)),
              QStringLiteral("chevron-right"), p.text);
}

} // namespace fettle::ui
