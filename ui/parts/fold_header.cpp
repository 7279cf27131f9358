// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/fold_header.h"

#include "ui/look/fonts.h"
#include "ui/look/icons.h"
#include "ui/look/theme.h"

#include <QKeyEvent>
#include <QPainter>

namespace fettle::ui
{

FoldHeader::FoldHeader(const QString& title, QWidget* parent) : QAbstractButton(parent)
{
    setText(title);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(title);
    setAttribute(Qt::WA_Hover);
}

void FoldHeader::setSummary(const QString& summary)
{
    m_summary = summary;
    setAccessibleDescription(summary);
    update();
}

QSize FoldHeader::sizeHint() const
{
    return {px(300), px(40)};
}

void FoldHeader::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (underMouse())
        painter.fillRect(rect(), colors().hover);
    painter.setPen(QPen(colors().hairline, 1));
    painter.drawLine(QPointF(0, height() - 0.5), QPointF(width(), height() - 0.5));
    paintIcon(painter, QRectF(px(16), (height() - px(16)) / 2.0, px(16), px(16)),
              isChecked() ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"), colors().text);
    painter.setFont(ui::font(Type::BodyStrong));
    painter.setPen(colors().text);
    const int left = px(38), titleWidth = painter.fontMetrics().horizontalAdvance(text());
    painter.drawText(QRect(left, 0, titleWidth + 2, height()), Qt::AlignVCenter, text());
    painter.setFont(ui::font(Type::Help));
    painter.setPen(colors().text2);
    const QRect summary(left + titleWidth + px(16), 0, width() - left - titleWidth - px(32), height());
    painter.drawText(summary, Qt::AlignVCenter | Qt::AlignRight,
                     painter.fontMetrics().elidedText(m_summary, Qt::ElideMiddle, summary.width()));
}

void FoldHeader::keyPressEvent(QKeyEvent* event)
{
    if ((event->key() == Qt::Key_Right && !isChecked()) || (event->key() == Qt::Key_Left && isChecked()) ||
        event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

} // namespace fettle::ui
