// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/try/try_chat.h"

#include "ui/bench/tries.h"
#include "ui/look/words.h"
#include "ui/parts/button.h"
#include "ui/parts/card_scroll.h"
#include "ui/parts/fold_header.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/segmented_control.h"
#include "ui/parts/written_text.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>

namespace fettle::ui
{

static QString tokensInWords(int64_t count)
{
    return counted(count, TryChat::tr("1 token"), TryChat::tr("%1 tokens"));
}

TryChat::TryChat(Tries& tries, QWidget* parent) : Card(tr("Conversation"), {}, parent), m_tries(tries)
{
    m_who = new SegmentedControl({tr("Before"), tr("After")}, this);
    m_who->setAccessibleName(tr("Who answers"));
    connect(m_who, &SegmentedControl::chosen, this, &TryChat::updateWords);
    m_startOver = makeButton(tr("Start over"), Look::Outlined, ControlSize::Small, {}, this);
    connect(m_startOver, &QPushButton::clicked, this, [this] {
        startOver();
        m_field->setFocus();
    });
    right()->addWidget(m_who);
    right()->addWidget(m_startOver);
    setBodyMargins(0, 0, 0, 0);
    body()->setSpacing(0);
    body()->addWidget(makeInstructions());
    body()->addWidget(makeTurns(), 1);
    body()->addWidget(new Line(Qt::Horizontal, this));
    auto* foot = makeColumn(nullptr, 6, {16, 10, 16, 11});
    m_problem = new Label({}, Type::Body, Ink::Error, this);
    m_problem->wrapped();
    m_field = new QLineEdit(this);
    setSize(m_field, ControlSize::Large);
    m_field->setPlaceholderText(tr("Your message"));
    m_field->setAccessibleName(tr("Your message"));
    connect(m_field, &QLineEdit::returnPressed, this, &TryChat::sendWanted);
    connect(m_field, &QLineEdit::textChanged, this, &TryChat::changed);
    m_status = new Label({}, Type::Help, Ink::Text2, this);
    m_status->wrapped();
    foot->addWidget(m_problem);
    foot->addWidget(m_field);
    foot->addWidget(m_status);
    body()->addLayout(foot);

    connect(&tries, &Tries::fitted, this, [this](quint64 id, int leftOut) {
        if (id != m_id)
            return;
        const QString what = counted(leftOut, tr("its first message"), tr("its first %1 messages"));
        m_leftOut->setText(
            tr("The conversation has become longer than what this model reads at a time: it no longer sees %1.")
                .arg(what));
        m_leftOut->setVisible(leftOut > 0);
    });
    connect(&tries, &Tries::piece, this, [this](quint64 id, const GeneratedPiece& piece) {
        if (id == m_id)
            takePiece(piece);
    });
    connect(&tries, &Tries::beams, this, [this](quint64 id, const BeamProgress& progress) {
        if (id == m_id)
            showDraft(progress);
    });
    connect(&tries, &Tries::written, this, [this](quint64 id, const Generation& generation) {
        if (id != m_id)
            return;
        m_turns.back().text = QString::fromStdString(generation.text);
        m_answer->setWritten({}, m_turns.back().text);
        const QString speed =
            tr("%1 · %2/s", "how much was written, how fast")
                .arg(tokensInWords(int64_t(generation.ids.size())), countText(int64_t(generation.tokensPerSecond)));
        finish(generation.stop == "length" ? tr("%1 · cut off at the longest length").arg(speed) : speed);
    });
    connect(&tries, &Tries::failed, this, [this](quint64 id, const Problem& problem) {
        if (id != m_id)
            return;
        takeBack();
        m_problem->setText(problem.hint.isEmpty() ? problem.message
                                                  : problem.message + QLatin1Char(' ') + problem.hint);
        m_problem->show();
        finish(tr("not answered"));
    });
    setHeights();
    startOver();
}

QWidget* TryChat::makeInstructions()
{
    auto* part = new QWidget(this);
    auto* column = makeColumn(part);
    m_instructionsHead = new FoldHeader(tr("Instructions"), part);
    m_instructions = new QPlainTextEdit(part);
    m_instructions->setPlaceholderText(tr("How it is to answer, for example: You are a ship's cook. Be brief."));
    m_instructions->setAccessibleName(tr("Instructions (system message)"));
    m_instructions->setTabChangesFocus(true);
    auto* inside = makeColumn(nullptr, 4, {16, 8, 16, 10});
    auto* help =
        new Label(tr("The system message: it stands before the whole conversation."), Type::Help, Ink::Text2, part);
    help->wrapped();
    inside->addWidget(m_instructions);
    inside->addWidget(help);
    auto* folded = new QWidget(part);
    folded->setLayout(inside);
    folded->hide();
    column->addWidget(m_instructionsHead);
    column->addWidget(folded);
    connect(m_instructionsHead, &FoldHeader::toggled, folded, &QWidget::setVisible);
    connect(m_instructions, &QPlainTextEdit::textChanged, this, &TryChat::updateWords);
    return part;
}

QWidget* TryChat::makeTurns()
{
    m_scroll = new CardScroll(this);
    auto* inside = new QWidget(m_scroll);
    m_column = makeColumn(inside, 14, {16, 12, 16, 14});
    m_empty = new Label({}, Type::Body, Ink::Text2, inside);
    m_empty->wrapped();
    m_leftOut = new Label({}, Type::Help, Ink::Warning, inside);
    m_leftOut->wrapped();
    m_column->addWidget(m_empty);
    m_column->addWidget(m_leftOut);
    m_column->addStretch(1);
    m_scroll->setContent(inside);
    m_scroll->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Ignored); // with large text the field stays in sight
    QScrollBar* bar = m_scroll->verticalScrollBar();
    connect(bar, &QScrollBar::rangeChanged, this, &TryChat::followEnd);
    connect(bar, &QScrollBar::valueChanged, this,
            [this, bar](int value) { m_followsEnd = value >= bar->maximum() - px(4); });
    return m_scroll;
}

const TryChat::Partner& TryChat::partner() const
{
    const bool after = m_partners[0].model.isEmpty() || (!m_partners[1].model.isEmpty() && m_who->current() != 0);
    return m_partners[after ? 1 : 0];
}

void TryChat::setPartners(const Partner& before, const Partner& after)
{
    const bool hadAfter = !m_partners[1].model.isEmpty();
    m_partners = {before, after};
    if (!hadAfter && !after.model.isEmpty())
        m_who->setCurrent(1);
    m_who->setVisible(!before.model.isEmpty() && !after.model.isEmpty());
    updateWords();
}

void TryChat::updateWords()
{
    m_empty->setText(
        partner().caption.isEmpty()
            ? tr("No model is chosen yet.")
            : tr("Say something to %1. It answers in the manner that it was taught, and sees all that was said before.")
                  .arg(partner().caption));
    setSubtitle(m_who->isVisibleTo(this) ? partner().caption : QString());
    const QString instructions = m_instructions->toPlainText().simplified();
    m_instructionsHead->setSummary(instructions.isEmpty() ? tr("none") : instructions);
    Q_EMIT changed();
}

bool TryChat::canSend() const
{
    return !isBusy() && !partner().model.isEmpty() && !m_field->text().trimmed().isEmpty();
}

/// Name and words of one turn: a person's in the program's sans, a model's in the serif of all that models write.
void TryChat::addTurn(bool isUsers, const QString& name, const QString& text)
{
    auto* place = new QWidget(m_scroll->widget());
    auto* column = makeColumn(place, 2);
    column->addWidget(new Label(name, Type::HelpStrong, isUsers ? Ink::Text2 : Ink::Accent, place));
    if (isUsers) {
        auto* words = new Label(text, Type::Body, Ink::Text, place);
        words->setTextFormat(Qt::PlainText);
        words->wrapped()->selectable();
        words->setAccessibleName(tr("You: %1").arg(text));
        column->addWidget(words);
    } else {
        m_answer = new WrittenText(Type::SerifSmall, place);
        m_answer->setAccessibleName(tr("Answer of %1").arg(name));
        m_answer->setCaret(true);
        column->addWidget(m_answer);
    }
    m_column->insertWidget(m_column->count() - 1, place);
    m_turns.push_back({isUsers, text, place});
}

void TryChat::send(const GenerateOptions& options)
{
    if (!canSend())
        return;
    TryRequest request;
    request.model = partner().model.toStdString();
    request.options = options;
    request.options.alternatives = 0;
    if (const QString instructions = m_instructions->toPlainText().trimmed(); !instructions.isEmpty())
        request.messages.push_back({"system", instructions.toStdString()});
    m_problem->hide();
    m_empty->hide();
    addTurn(true, tr("You"), m_field->text().trimmed());
    for (const Turn& turn : m_turns)
        request.messages.push_back({turn.isUsers ? "user" : "assistant", turn.text.toStdString()});
    addTurn(false, partner().caption, {});
    m_field->clear();
    m_pieces = 0;
    m_followsEnd = true;
    m_status->setText(tr("reading the conversation"));
    m_startOver->setEnabled(true);
    m_id = m_tries.ask(request);
    Q_EMIT changed();
}

/// The best of the beams so far, until the pieces come.
void TryChat::showDraft(const BeamProgress& progress)
{
    m_turns.back().text = QString::fromStdString(progress.best);
    m_answer->setWritten({}, m_turns.back().text);
    m_status->setText(tr("%1, the best so far").arg(tokensInWords(progress.written)));
}

void TryChat::takePiece(const GeneratedPiece& piece)
{
    if (m_pieces == 0) {
        m_turns.back().text.clear();
        m_answer->setWritten({}, {});
    }
    const QString text = QString::fromStdString(piece.text);
    m_turns.back().text += text;
    m_answer->append(text);
    m_status->setText(tokensInWords(++m_pieces));
}

void TryChat::finish(const QString& status)
{
    if (m_answer)
        m_answer->setCaret(false);
    m_answer = nullptr;
    m_id = 0;
    m_status->setText(status);
    Q_EMIT changed();
}

void TryChat::takeBack()
{
    for (int i = 0; i < 2; ++i) { // the empty answer, and what it would have answered
        if (m_turns.back().isUsers && m_field->text().isEmpty())
            m_field->setText(m_turns.back().text);
        m_turns.back().place->hide();
        m_turns.back().place->deleteLater();
        m_turns.pop_back();
    }
    m_answer = nullptr;
    m_empty->setVisible(m_turns.empty());
    m_startOver->setEnabled(!m_turns.empty());
}

void TryChat::stop()
{
    if (!isBusy())
        return;
    m_tries.cancel(m_id);
    if (m_turns.back().text.isEmpty())
        takeBack();
    finish(tr("stopped"));
}

void TryChat::startOver()
{
    stop();
    for (const Turn& turn : m_turns) {
        turn.place->hide();
        turn.place->deleteLater();
    }
    m_turns.clear();
    m_leftOut->hide();
    m_problem->hide();
    m_status->setText(tr("Enter sends it; Page Up and Page Down move through the conversation."));
    m_empty->show();
    m_startOver->setEnabled(false);
    Q_EMIT changed();
}

void TryChat::setHeights()
{
    m_instructions->setFixedHeight(px(72));
    m_scroll->setMinimumHeight(px(56));
}

void TryChat::changeEvent(QEvent* event)
{
    Card::changeEvent(event);
    if (event->type() == QEvent::StyleChange && m_scroll)
        setHeights();
}

void TryChat::keyPressEvent(QKeyEvent* event)
{
    QScrollBar* bar = m_scroll->verticalScrollBar(); // from the field, which has the keyboard
    if (event->key() == Qt::Key_PageUp)
        bar->triggerAction(QScrollBar::SliderPageStepSub);
    else if (event->key() == Qt::Key_PageDown)
        bar->triggerAction(QScrollBar::SliderPageStepAdd);
    else
        Card::keyPressEvent(event);
}

void TryChat::followEnd()
{
    if (m_followsEnd)
        m_scroll->verticalScrollBar()->setValue(m_scroll->verticalScrollBar()->maximum());
}

} // namespace fettle::ui
