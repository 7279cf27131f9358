// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/try/try_pane.h"

#include "ui/look/words.h"
#include "ui/parts/badges.h"
#include "ui/parts/button.h"
#include "ui/parts/choose_files.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/written_text.h"
#include "ui/try/next_pieces.h"
#include "ui/try/try_fills.h"
#include "ui/try/try_rival.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMessageBox>
#include <QSaveFile>
#include <QStackedWidget>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{

QString pieceText(const std::string& text)
{
    return QString::fromStdString(text);
}

bool endsSentence(const QString& text)
{
    static const QString marks = QStringLiteral(".!?\n");
    return std::any_of(text.begin(), text.end(), [](QChar c) { return marks.contains(c); });
}

} // namespace

TryPane::TryPane(Side side, QWidget* parent)
    : Card(side == Side::Before ? tr("Before") : tr("After"), {}, parent), m_side(side)
{
    m_badge = new StateBadge(side == Side::Before ? tr("base") : tr("tuned"),
                             side == Side::Before ? StateBadge::Neutral : StateBadge::Good, this);
    right()->addWidget(m_badge);
    setBodyMargins(0, 0, 0, 0);
    body()->setSpacing(0);
    auto* captionRow = new QHBoxLayout;
    captionRow->setContentsMargins(15, 0, 15, 9);
    m_caption = new ElidedLabel({}, Type::Mono, Ink::Text2, this);
    captionRow->addWidget(m_caption);
    body()->addLayout(captionRow);
    m_newer = new Label({}, Type::Help, Ink::Text2, this);
    m_newer->wrapped();
    m_newer->setContentsMargins(15, 0, 15, 9);
    m_newer->hide();
    body()->addWidget(m_newer);
    body()->addWidget(new Line(Qt::Horizontal, this));
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(makeWriting());
    m_stack->addWidget(m_fills = new TryFills(side == Side::Before, this));
    m_stack->addWidget(makeMissing());
    body()->addWidget(m_stack, 1);
    m_problem = new Label({}, Type::Body, Ink::Error, this);
    m_problem->wrapped();
    m_problem->setContentsMargins(15, 0, 15, 12);
    m_problem->hide();
    body()->addWidget(m_problem);
    showCaption();
}

QWidget* TryPane::makeWriting()
{
    auto* page = new QWidget(this);
    auto* column = makeColumn(page);
    auto* textRow = new QHBoxLayout;
    textRow->setContentsMargins(16, 12, 6, 4);
    m_text = new WrittenText(Type::Serif, page);
    m_text->setGrowing(false);
    m_text->setClickable(true);
    m_text->setAccessibleName(m_side == Side::Before ? tr("What it writes before training")
                                                     : tr("What it writes after training"));
    connect(m_text, &WrittenText::clickedAt, this, [this](int offset) {
        const auto after = std::upper_bound(m_starts.begin(), m_starts.end(), offset);
        choose(int(after - m_starts.begin()) - 1);
        setFocus(Qt::MouseFocusReason);
    });
    setFocusPolicy(Qt::StrongFocus);
    textRow->addWidget(m_text);
    column->addLayout(textRow, 1);
    auto* foot = makeRow(nullptr, 6, {16, 6, 12, 10});
    m_status = new Label({}, Type::Help, Ink::Text2, page);
    m_status->wrapped();
    m_copy = makeButton(tr("Copy"), Look::Outlined, ControlSize::Small, QStringLiteral("copy"), page);
    m_save = makeButton(tr("Save…"), Look::Outlined, ControlSize::Small, QStringLiteral("save"), page);
    connect(m_copy, &QPushButton::clicked, this, &TryPane::copy);
    connect(m_save, &QPushButton::clicked, this, &TryPane::save);
    foot->addWidget(m_status, 1);
    foot->addWidget(m_copy);
    foot->addWidget(m_save);
    column->addLayout(foot);
    column->addWidget(m_nextLine = new Line(Qt::Horizontal, page));
    column->addWidget(m_next = new NextPieces(m_side == Side::Before, page));
    showWritten(false);
    m_status->setText(tr("Nothing is written yet."));
    return page;
}

QWidget* TryPane::makeMissing()
{
    auto* page = new QWidget(this);
    auto* column = makeColumn(page, 10, {16, 14, 16, 14});
    const bool before = m_side == Side::Before;
    m_missing = new Label(before ? tr("No model is chosen yet.") : tr("Nothing has been trained yet. Train first."),
                          Type::Body, Ink::Text2, page);
    m_missing->wrapped();
    column->addWidget(m_missing);
    auto* row = new QHBoxLayout;
    const auto addWay = [this, page, row](PageId to, const QString& text) {
        QPushButton* button = makeButton(text, Look::Outlined, ControlSize::Normal, {}, page);
        connect(button, &QPushButton::clicked, this, [this, to] { Q_EMIT pageWanted(to); });
        row->addWidget(button);
    };
    if (before) {
        addWay(PageId::Model, tr("Choose a model"));
    } else {
        addWay(PageId::Runs, tr("Show runs"));
        addWay(PageId::Train, tr("Go to Train"));
    }
    row->addStretch(1);
    column->addLayout(row);
    column->addStretch(1);
    return page;
}

void TryPane::setAdapter(bool isAdapter)
{
    m_badge->setState(isAdapter ? tr("tuned by an addition (LoRA)") : tr("tuned"), StateBadge::Good);
}

void TryPane::setRival(const Rival* run)
{
    setTitle(run ? tr("Another run") : tr("Before"));
    if (run)
        setAdapter(run->isAdapter);
    else
        m_badge->setState(tr("base"), StateBadge::Neutral);
    m_text->setAccessibleName(run ? tr("What the other run writes") : tr("What it writes before training"));
}

void TryPane::setModel(const QString& caption, const QString& state)
{
    if (!m_writer.isEmpty() && state == m_writerState)
        m_writer = caption; // the same model under another name
    m_model = caption;
    m_state = state;
    showCaption();
}

void TryPane::setMissing(const QString& words)
{
    m_missing->setText(words);
}

void TryPane::showCaption()
{
    const QString shown = m_writer.isEmpty() ? m_model : m_writer;
    m_caption->setText(shown.isEmpty() ? QStringLiteral("–") : shown);
    m_badge->setVisible(!shown.isEmpty());
    const bool newer = !m_writer.isEmpty() && !m_model.isEmpty() && m_state != m_writerState;
    m_newer->setVisible(newer);
    m_newer->setText(newer ? tr("There is a newer state by now: %1. It writes when asked again.").arg(m_model)
                           : QString());
    m_stack->setCurrentIndex(shown.isEmpty() ? 2 : m_masked ? 1 : 0);
}

void TryPane::clear()
{
    m_writer.clear();
    m_prompt.clear();
    m_held.clear();
    m_pieces.clear();
    m_starts.clear();
    m_busy = m_done = m_isDraft = false;
    m_problem->hide();
    choose(-1);
    m_text->setWritten({}, {});
    m_text->setCaret(false);
    m_fills->clear();
    showWritten(false);
    m_status->setText(tr("Nothing is written yet."));
    showCaption();
}

void TryPane::setMasked(bool masked)
{
    if (masked == m_masked)
        return;
    m_masked = masked;
    m_done = m_busy = false;
    showCaption();
}

void TryPane::showWritten(bool any)
{
    for (QWidget* widget :
         {static_cast<QWidget*>(m_copy), static_cast<QWidget*>(m_save), static_cast<QWidget*>(m_next), m_nextLine})
        widget->setVisible(any);
}

void TryPane::setStatus(const QString& words)
{
    m_masked ? m_fills->setStatus(words) : m_status->setText(words);
}

void TryPane::begin(const QString& prompt, int maxTokens, const QString& waiting)
{
    m_writer = m_model;
    m_writerState = m_state;
    showCaption();
    m_prompt = prompt;
    m_maxTokens = maxTokens;
    m_busy = true;
    m_done = false;
    m_pieces.clear();
    m_starts.clear();
    m_held.clear();
    m_isDraft = false;
    m_problem->hide();
    choose(-1);
    setStatus(waiting);
    if (m_masked) {
        m_fills->begin(prompt);
        return;
    }
    m_text->setWritten(prompt, {});
    m_text->setCaret(true);
    showWritten(true);
}

QString TryPane::countOf(qsizetype tokens) const
{
    return m_maxTokens > 0 ? tr("%1 of %2 tokens").arg(tokens).arg(m_maxTokens)
                           : counted(tokens, tr("1 token"), tr("%1 tokens"));
}

void TryPane::showBeams(const BeamProgress& progress)
{
    m_isDraft = true;
    m_text->setWritten(m_prompt, {});
    m_held = pieceText(progress.best);
    if (!Theme::instance().reducedMotion()) // it may become another one at each step
        flush();
    setStatus(tr("%1, the best so far").arg(countOf(qsizetype(progress.written))));
}

void TryPane::addPiece(const GeneratedPiece& piece)
{
    if (m_isDraft) {
        m_isDraft = false;
        m_held.clear();
        m_text->setWritten(m_prompt, {});
    }
    m_starts.push_back(int(m_text->written().size() + m_held.size()));
    m_pieces.push_back(piece);
    m_held += pieceText(piece.text);
    // With reduced motion the text comes by the sentence.
    if (!Theme::instance().reducedMotion() || endsSentence(m_held))
        flush();
    setStatus(countOf(qsizetype(m_pieces.size())));
}

void TryPane::flush()
{
    m_text->append(m_held);
    m_held.clear();
}

void TryPane::end(const Generation& generation)
{
    flush();
    m_busy = false;
    m_done = true;
    m_text->setCaret(false);
    if (generation.ids.empty()) {
        setStatus(tr("It wrote nothing: it ended the text at once."));
        return;
    }
    QString words =
        counted(static_cast<int64_t>(generation.ids.size()), tr("1 token"), tr("%1 tokens")) +
        tr(" · %1/s").arg(generation.tokensPerSecond < 10 ? QString::number(generation.tokensPerSecond, 'f', 1)
                                                          : countText(std::llround(generation.tokensPerSecond)));
    if (generation.stop != "length")
        words += generation.stop == "eos" ? tr(" · ended") : tr(" · stopped");
    setStatus(words);
    const bool knowsOthers = !m_pieces.empty() && !m_pieces.front().alternatives.empty(); // beams do not
    m_next->setVisible(knowsOthers);
    m_nextLine->setVisible(knowsOthers);
    if (m_chosen < 0 && knowsOthers)
        choose(0);
}

void TryPane::fill(const std::vector<std::vector<FillCandidate>>& fills)
{
    m_busy = false;
    m_done = true;
    m_fills->fill(fills);
}

void TryPane::fail(const QString& message, const QString& hint)
{
    if (!m_masked)
        flush();
    m_busy = false;
    m_text->setCaret(false);
    setStatus({});
    m_problem->setText(hint.isEmpty() ? message : message + QLatin1Char(' ') + hint);
    m_problem->show();
}

void TryPane::stopped()
{
    if (!m_busy)
        return;
    if (!m_masked)
        flush();
    m_busy = false;
    m_text->setCaret(false);
    setStatus(tr("stopped"));
}

void TryPane::choose(int piece)
{
    m_chosen = piece >= 0 && piece < int(m_pieces.size()) ? piece : -1;
    if (m_chosen < 0) {
        m_text->setMarked({});
        m_next->clear();
        return;
    }
    const GeneratedPiece& chosen = m_pieces[size_t(m_chosen)];
    const int start = m_starts[size_t(m_chosen)];
    // A piece that only begins a character stands with the piece that completes it.
    auto written = m_pieces.begin() + m_chosen;
    while (written + 1 != m_pieces.end() && written->text.empty())
        ++written;
    m_text->setMarked({{start, int(pieceText(written->text).size())}});
    QString before = m_prompt;
    for (int i = 0; i < m_chosen; ++i)
        before += pieceText(m_pieces[size_t(i)].text);
    m_next->showPiece(chosen, before);
}

void TryPane::keyPressEvent(QKeyEvent* event)
{
    // The chosen word walks with the arrows, so that the mouse is not needed.
    if (!m_masked && !m_pieces.empty() && (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)) {
        const int next = m_chosen + (event->key() == Qt::Key_Left ? -1 : 1);
        choose(std::clamp(next, 0, int(m_pieces.size()) - 1));
        return;
    }
    Card::keyPressEvent(event);
}

QString TryPane::text() const
{
    return m_prompt + m_text->written() + m_held;
}

void TryPane::copy()
{
    QGuiApplication::clipboard()->setText(text());
}

void TryPane::save()
{
    const QString written = text(); // another run may be shown before the dialog is answered
    const QString name = chooseFileToSave(
        this, tr("Save text"), m_side == Side::Before ? QStringLiteral("before.txt") : QStringLiteral("after.txt"),
        tr("Text (*.txt)"));
    if (name.isEmpty())
        return;
    QSaveFile file(name);
    if (!file.open(QIODevice::WriteOnly) || file.write(written.toUtf8()) < 0 || !file.commit())
        QMessageBox::warning(this, tr("Save text"),
                             tr("The text could not be written to %1: %2.").arg(name, file.errorString()));
}

} // namespace fettle::ui
