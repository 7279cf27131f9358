// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/try/try_prompt.h"

#include "ui/bench/tries.h"
#include "ui/look/style.h"
#include "ui/parts/button.h"
#include "ui/parts/flow_layout.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"

#include <QFontMetrics>
#include <QLineEdit>
#include <QSettings>

namespace fettle::ui
{

/// In its place, so that nothing moves when the first comes.
static QString nothingEarlier()
{
    return TryPrompt::tr("What you try stands here, to be tried again.");
}

TryPrompt::TryPrompt(Tries& tries, QWidget* parent) : Card({}, {}, parent), m_tries(tries)
{
    setBodyMargins(16, 11, 16, 11);
    auto* head = new QHBoxLayout;
    m_title = new Label({}, Type::CardTitle, Ink::Text, this);
    m_remark = new Label({}, Type::Help, Ink::Text2, this);
    head->addWidget(m_title);
    head->addStretch(1);
    head->addWidget(m_remark);
    body()->addLayout(head);
    auto* row = makeRow(nullptr, 8);
    m_field = new QLineEdit(this);
    setSize(m_field, ControlSize::Large);
    m_title->setBuddy(m_field);
    connect(m_field, &QLineEdit::returnPressed, this, &TryPrompt::entered);
    connect(m_field, &QLineEdit::textChanged, this, &TryPrompt::changed);
    m_blank = makeButton(tr("Insert a blank"), Look::Outlined, ControlSize::Large, {}, this);
    m_blank->setFocusPolicy(Qt::TabFocus); // a click must not take the selection away
    connect(m_blank, &QPushButton::clicked, this, &TryPrompt::putBlank);
    for (auto signal : {&QLineEdit::selectionChanged, &QLineEdit::editingFinished})
        connect(m_field, signal, this, &TryPrompt::updateBlank);
    connect(m_field, &QLineEdit::cursorPositionChanged, this, &TryPrompt::updateBlank);
    row->addWidget(m_field, 1);
    row->addWidget(m_blank);
    body()->addLayout(row);
    m_earlier = new QWidget(this);
    m_earlierFlow = new FlowLayout(m_earlier, 10);
    m_earlierWords = new Label(nothingEarlier(), Type::Help, Ink::Text2, m_earlier);
    m_earlierWords->setMinimumHeight(px(26)); // as high as the links beside it
    m_earlierFlow->addWidget(m_earlierWords);
    body()->addWidget(m_earlier);
    setMasked(false);
}

QString TryPrompt::text() const
{
    return m_field->text();
}

void TryPrompt::setMasked(bool masked)
{
    m_masked = masked;
    m_title->setText(masked ? tr("A sentence with blanks") : tr("Your beginning of a text"));
    m_blank->setVisible(masked);
}

void TryPrompt::setRemark(const QString& words)
{
    m_remark->setText(words);
}

WordPlace TryPrompt::chosenWord() const
{
    return wordToHide(m_field->text(), m_field->cursorPosition(), m_field->selectionStart(),
                      static_cast<int>(m_field->selectedText().size()));
}

void TryPrompt::updateBlank()
{
    m_blank->setText(chosenWord().length > 0 ? tr("Hide this word") : tr("Insert a blank"));
}

void TryPrompt::putBlank()
{
    const WordPlace word = chosenWord();
    if (word.length == 0) {
        m_field->insert(blankSign());
        m_field->setFocus();
        return;
    }
    const QString text = m_field->text();
    m_tries.countPieces(m_model, wordInPlace(text, word), this, [this, text, word](int pieces) {
        if (m_field->text() != text)
            return; // another one by now
        m_field->setSelection(word.start, word.length);
        m_field->insert(blanksFor(pieces));
        m_field->setFocus();
    });
}

QString TryPrompt::settingsKey() const
{
    return m_masked ? QStringLiteral("try/sentences") : QStringLiteral("try/prompts");
}

void TryPrompt::offer(const QString& first, const QString& occasion)
{
    const bool isTyped = !text().isEmpty() && text() != m_offered;
    if (isTyped || occasion == m_offeredFor) // offered once: a person may empty it
        return;
    const QString prompt = first.isEmpty() ? QSettings().value(settingsKey()).toStringList().value(0) : first;
    if (prompt.isEmpty())
        return;
    m_offeredFor = occasion;
    m_offered = prompt;
    m_field->setText(prompt);
}

void TryPrompt::forget(bool alsoTyped)
{
    if (alsoTyped || text() == m_offered)
        m_field->clear();
}

void TryPrompt::remember()
{
    const QString prompt = text();
    if (prompt.trimmed().isEmpty())
        return;
    QStringList known = QSettings().value(settingsKey()).toStringList();
    known.removeAll(prompt);
    known.prepend(prompt);
    QSettings().setValue(settingsKey(), QStringList(known.mid(0, 8)));
    showEarlier();
}

void TryPrompt::showEarlier()
{
    const QStringList known = QSettings().value(settingsKey()).toStringList();
    if (m_shownEarlier == known)
        return; // the buttons stay, and the keyboard on them
    m_shownEarlier = known;
    while (QLayoutItem* item = m_earlierFlow->takeAt(0)) {
        if (item->widget() != m_earlierWords && item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    m_earlierWords->setText(known.isEmpty() ? nothingEarlier() : tr("Earlier:"));
    m_earlierFlow->addWidget(m_earlierWords);
    const QFontMetrics metrics(ui::font(Type::HelpStrong));
    for (const QString& prompt : known.mid(0, 5)) {
        QString words = metrics.elidedText(prompt.simplified(), Qt::ElideRight, px(190));
        words.replace(QLatin1Char('&'), QLatin1String("&&"));
        QPushButton* button = makeButton(words, Look::Link, ControlSize::Small, {}, m_earlier);
        button->setToolTip(prompt);
        connect(button, &QPushButton::clicked, this, [this, prompt] {
            m_field->setText(prompt);
            m_field->setFocus();
        });
        m_earlierFlow->addWidget(button);
        button->show();
    }
}

} // namespace fettle::ui
