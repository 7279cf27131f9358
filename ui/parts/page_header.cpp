// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/page_header.h"

#include "ui/parts/button.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"

#include <QEvent>

namespace fettle::ui
{

PageHeader::PageHeader(const QString& title, const QString& sentence, QWidget* parent) : QWidget(parent)
{
    auto* row = makeRow(this, 16, {0, 10, 0, 10});
    auto* words = makeColumn(nullptr);
    m_title = new Label(title, Type::Title, Ink::Text, this);
    m_sentence = new Label(sentence, Type::Body, Ink::Text2, this);
    m_sentence->wrapped();
    words->addWidget(m_title);
    words->addWidget(m_sentence);
    row->addLayout(words, 1);
    m_buttons = makeRow(nullptr, 11);
    row->addLayout(m_buttons);
    // Made before the page's body: Tab comes to it first.
    m_primary = makeButton({}, Look::Primary, ControlSize::Large, {}, this);
    m_buttons->addWidget(m_primary);
    m_primary->installEventFilter(this);
}

bool PageHeader::eventFilter(QObject* watched, QEvent* event)
{
    if (const QEvent::Type type = event->type();
        watched == m_primary &&
        (type == QEvent::EnabledChange || type == QEvent::ShowToParent || type == QEvent::HideToParent))
        Q_EMIT primaryChanged();
    return false;
}

void PageHeader::setSentence(const QString& sentence)
{
    m_sentence->setText(sentence);
}

QPushButton* PageHeader::primary()
{
    return m_primary;
}

void PageHeader::addButton(QWidget* button)
{
    m_buttons->insertWidget(m_buttons->count() - 1, button);
    setTabOrder(m_primary, button);
}

} // namespace fettle::ui
