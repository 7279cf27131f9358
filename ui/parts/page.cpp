// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/page.h"

#include "ui/parts/plain_scroll.h"
#include "ui/parts/rows.h"

#include <QPushButton>

namespace fettle::ui
{

Page::Page(PageId id, const QString& title, const QString& sentence, QWidget* parent)
    : QWidget(parent), m_id(id), m_title(title)
{
    auto* column = makeColumn(this, 0, {20, 0, 0, 0});
    m_header = new PageHeader(title, sentence, this);
    m_header->setContentsMargins(0, 0, 20, 0);
    column->addWidget(m_header);

    auto* scroll = new PlainScroll(this);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    auto* inner = new QWidget(scroll);
    m_body = makeColumn(inner, 12, {0, 0, 20, 20});
    scroll->setContent(inner);
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
