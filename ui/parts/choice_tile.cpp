// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/choice_tile.h"

#include "ui/look/style.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"

#include <QEvent>
#include <QPainter>

namespace fettle::ui
{

ChoiceTile::ChoiceTile(const QString& title, const QString& line, QWidget* parent) : QAbstractButton(parent)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setFocusRadius(this, 6);
    setAccessibleName(title + QStringLiteral(", ") + line);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    m_body = makeColumn(this, 3, {15, 11, 15, 12});
    m_name = new Label(title, Type::CardTitle, Ink::Text, this);
    m_name->wrapped();
    m_line = new Label(line, Type::Help, Ink::Text2, this);
    m_line->wrapped();
    for (Label* label : {m_name, m_line}) {
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
        m_body->addWidget(label);
    }
    indent();
}

void ChoiceTile::changeEvent(QEvent* event)
{
    QAbstractButton::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        indent();
}

void ChoiceTile::indent()
{
    for (Label* label : {m_name, m_line})
        label->setContentsMargins(px(27), 0, 0, 0);
}

void ChoiceTile::setLine(const QString& line)
{
    m_line->setText(line);
}

void ChoiceTile::paintEvent(QPaintEvent*)
{
    const Palette& p = colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    // The chosen one has a ground of its own; a thick frame is the focus ring alone.
    painter.setBrush(isChecked() ? p.tint : underMouse() ? p.hover : p.card);
    painter.setPen(QPen(isChecked() ? p.accent : p.border, 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    paintRadio(painter, QRectF(15, 11 + (px(20) - px(17)) / 2.0, px(17), px(17)), isChecked(), isEnabled());
}

} // namespace fettle::ui
