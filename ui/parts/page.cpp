// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/page.h"

#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace fettle::ui
{

Page::Page(PageId id, const QString& title, const QString& sentence, QWidget* parent)
    : QWidget(parent), m_id(id), m_title(title)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 0, 0, 0);
    column->setSpacing(0);
    m_header = new PageHeader(title, sentence, this);
    m_header->setContentsMargins(0, 0, 20, 0);
    column->addWidget(m_header);

    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("plain"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* inner = new QWidget(scroll);
    inner->setObjectName(QStringLiteral("plain"));
    m_body = new QVBoxLayout(inner);
    m_body->setContentsMargins(0, 0, 20, 20);
    m_body->setSpacing(12);
    scroll->setWidget(inner);
    column->addWidget(scroll, 1);
    setAccessibleName(title);
    setFocusPolicy(Qt::ClickFocus); // a click beside all controls takes the focus out of them; never by Tab
}

QWidget* Page::focusPlace()
{
    return this;
}

void Page::activatePrimary()
{
    if (QPushButton* button = m_header->primary(); button->isEnabled() && button->isVisible())
        button->click();
}

} // namespace fettle::ui
