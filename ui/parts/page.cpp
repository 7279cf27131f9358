// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/page.h"

#include "ui/parts/rows.h"

#include <QPushButton>
#include <QScrollArea>

namespace fettle::ui
{

Page::Page(PageId id, const QString& title, const QString& sentence, QWidget* parent)
    : QWidget(parent), m_id(id), m_title(title)
{
    auto* column = makeColumn(this, 0, {20, 0, 0, 0});
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
    m_body = makeColumn(inner, 12, {0, 0, 20, 20});
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
