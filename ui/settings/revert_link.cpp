// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/revert_link.h"

#include "ui/look/fonts.h"
#include "ui/look/icons.h"
#include "ui/look/theme.h"

#include <QPainter>

namespace fettle::ui
{

RevertLink::RevertLink(QWidget* parent) : QAbstractButton(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

QSize RevertLink::sizeHint() const
{
    return {px(22) + QFontMetrics(ui::font(Type::Help)).horizontalAdvance(text()), px(26)};
}

void RevertLink::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor ink = isEnabled() ? colors().accent : colors().text2;
    paintIcon(painter, QRectF(px(2), (height() - px(12)) / 2.0, px(12), px(12)), QStringLiteral("undo"), ink);
    QFont words = ui::font(Type::Help);
    words.setUnderline(underMouse() && isEnabled());
    painter.setFont(words);
    painter.setPen(ink);
    painter.drawText(rect().adjusted(px(18), 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
}

} // namespace fettle::ui
