// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/card.h"

#include "ui/look/theme.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"

#include <QPainter>

namespace fettle::ui
{

Card::Card(const QString& title, const QString& subtitle, QWidget* parent) : QFrame(parent)
{
    setFrameShape(QFrame::NoFrame);
    auto* outer = makeColumn(this, 0, {1, 1, 1, 1});
    m_header = new QWidget(this);
    auto* row = makeRow(m_header, 8, {15, 11, 15, 0});
    m_title = new Label(title, Type::CardTitle, Ink::Text, m_header);
    m_subtitle = new Label(subtitle, Type::Body, Ink::Text2, m_header);
    m_subtitle->wrapped();
    m_right = makeRow(nullptr, 8);
    row->addWidget(m_title);
    row->addWidget(m_subtitle, 1);
    row->addLayout(m_right);
    outer->addWidget(m_header);
    m_body = makeColumn(nullptr, 8, {15, 11, 15, 15});
    outer->addLayout(m_body, 1);
    setAccessibleName(title);
    updateHeader();
}

void Card::setTitle(const QString& title)
{
    m_title->setText(title);
    setAccessibleName(title);
    updateHeader();
}

void Card::setSubtitle(const QString& subtitle)
{
    m_subtitle->setText(subtitle);
    updateHeader();
}

void Card::setGround(Ground ground)
{
    m_ground = ground;
    update();
}

QHBoxLayout* Card::right()
{
    m_rightUsed = true;
    updateHeader();
    return m_right;
}

void Card::setBodyMargins(int left, int top, int right, int bottom)
{
    m_body->setContentsMargins(left, top, right, bottom);
}

void Card::updateHeader()
{
    m_title->setVisible(!m_title->text().isEmpty());
    m_header->setVisible(!m_title->text().isEmpty() || !m_subtitle->text().isEmpty() || m_rightUsed);
}

void Card::paintEvent(QPaintEvent*)
{
    const Palette& p = colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(m_ground == Ground::Warning ? p.warningGround
                     : m_ground == Ground::Error ? p.errorGround
                                                 : p.card);
    painter.setPen(QPen(m_ground == Ground::Warning ? p.warning : m_ground == Ground::Error ? p.error : p.hairline, 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

} // namespace fettle::ui
