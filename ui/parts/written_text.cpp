// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/written_text.h"

#include "ui/look/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextLayout>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{

QString oneKindOfLine(QString text)
{
    return text.replace(QLatin1String("\r\n"), QLatin1String("\n")).replace(QLatin1Char('\r'), QLatin1Char('\n'));
}

} // namespace

WrittenText::WrittenText(Type type, QWidget* parent) : QTextEdit(parent), m_type(type)
{
    setReadOnly(true);
    setFrameShape(QFrame::NoFrame);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(0);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setGrowing(true);
    connect(&Theme::instance(), &Theme::changed, this, &WrittenText::rebuild);
    rebuild();
}

void WrittenText::setGrowing(bool growing)
{
    m_growing = growing;
    setVerticalScrollBarPolicy(growing ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
    QSizePolicy policy(QSizePolicy::Expanding, growing ? QSizePolicy::Minimum : QSizePolicy::Expanding);
    policy.setHeightForWidth(growing);
    setSizePolicy(policy);
}

void WrittenText::setQuiet(bool quiet)
{
    m_quiet = quiet;
    rebuild();
}

void WrittenText::setWritten(const QString& prompt, const QString& text)
{
    const QString newPrompt = oneKindOfLine(prompt), newText = oneKindOfLine(text);
    if (newPrompt == m_prompt && newText == m_written)
        return;
    m_prompt = newPrompt;
    m_written = newText;
    m_marked.clear();
    rebuild();
}

void WrittenText::append(const QString& piece)
{
    if (piece.isEmpty())
        return;
    const QString text = oneKindOfLine(piece);
    m_written += text;
    const bool atEnd = verticalScrollBar()->value() >= verticalScrollBar()->maximum() - 4;
    QTextCursor cursor(document());
    cursor.movePosition(QTextCursor::End);
    QTextCharFormat format;
    format.setFont(ui::font(m_type));
    format.setForeground(m_quiet ? colors().text2 : colors().text);
    cursor.insertText(text, format);
    setAccessibleDescription(m_prompt + m_written);
    if (m_growing)
        updateGeometry();
    else if (atEnd)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

void WrittenText::setMarked(std::vector<WrittenSpan> spans)
{
    m_marked = std::move(spans);
    viewport()->update();
}

void WrittenText::setCaret(bool shown)
{
    m_caret = shown;
    viewport()->update();
}

void WrittenText::setClickable(bool clickable)
{
    m_clickable = clickable;
    viewport()->setCursor(clickable ? Qt::PointingHandCursor : Qt::IBeamCursor);
}

void WrittenText::rebuild()
{
    QPalette colours = palette();
    colours.setColor(QPalette::Base, Qt::transparent);
    colours.setColor(QPalette::Text, colors().text);
    colours.setColor(QPalette::Highlight, colors().tint);
    colours.setColor(QPalette::HighlightedText, colors().text);
    setPalette(colours);

    const int scroll = verticalScrollBar()->value();
    clear();
    QTextBlockFormat line;
    // Charis SIL has tall lines of its own; fixed ones keep 1.5 for every font.
    line.setLineHeight(serifLineHeight(m_type), QTextBlockFormat::FixedHeight);
    QTextCharFormat sans, serif;
    QFont promptFont = ui::font(Type::Body);
    promptFont.setPixelSize(ui::font(m_type).pixelSize());
    sans.setFont(promptFont);
    sans.setForeground(colors().text2);
    serif.setFont(ui::font(m_type));
    serif.setForeground(m_quiet ? colors().text2 : colors().text);
    QTextCursor cursor(document());
    cursor.setBlockFormat(line);
    cursor.insertText(m_prompt, sans);
    cursor.insertText(m_written, serif);
    verticalScrollBar()->setValue(m_growing ? 0 : scroll);
    setAccessibleDescription(m_prompt + m_written);
    updateGeometry();
    viewport()->update();
}

int WrittenText::heightForWidth(int width) const
{
    std::unique_ptr<QTextDocument> copy(document()->clone());
    copy->setTextWidth(width);
    return int(std::ceil(copy->size().height())) + px(6); // room for the last underline
}

QSize WrittenText::sizeHint() const
{
    if (!m_growing)
        return {px(240), serifLineHeight(m_type) * 4};
    const int width = this->width() > px(60) ? this->width() : px(260);
    return {px(200), heightForWidth(width)};
}

QSize WrittenText::minimumSizeHint() const
{
    return {px(120), m_growing ? sizeHint().height() : serifLineHeight(m_type) * 2};
}

void WrittenText::resizeEvent(QResizeEvent* event)
{
    QTextEdit::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        updateGeometry();
}

void WrittenText::wheelEvent(QWheelEvent* event)
{
    if (m_growing)
        event->ignore(); // what holds it scrolls
    else
        QTextEdit::wheelEvent(event);
}

void WrittenText::keyPressEvent(QKeyEvent* event)
{
    // A text that never scrolls has no use for Space: it is the page's.
    if (m_growing && event->key() == Qt::Key_Space)
        event->ignore();
    else
        QTextEdit::keyPressEvent(event);
}

QRectF WrittenText::rectAt(int position) const
{
    const QTextBlock block = document()->findBlock(position);
    if (!block.isValid())
        return {};
    const QTextLine line = block.layout()->lineForTextPosition(position - block.position());
    if (!line.isValid())
        return {};
    const QPointF origin = document()->documentLayout()->blockBoundingRect(block).topLeft() -
                           QPointF(horizontalScrollBar()->value(), verticalScrollBar()->value());
    const QFontMetricsF metrics(ui::font(m_type));
    const double left = line.cursorToX(position - block.position());
    const double right = line.cursorToX(position - block.position() + 1);
    const double base = origin.y() + line.y() + line.ascent();
    const double up = std::min(metrics.capHeight() * 1.4, serifLineHeight(m_type) * 0.72);
    return {origin.x() + std::min(left, right), base - up, std::abs(right - left), up + serifLineHeight(m_type) * 0.26};
}

void WrittenText::paintSpan(QPainter& painter, const WrittenSpan& span) const
{
    const int base = int(m_prompt.size());
    QRectF run;
    const auto flush = [&] {
        if (run.isEmpty())
            return;
        const QRectF box = run.adjusted(-1.5, 0, 1.5, 0);
        painter.fillRect(box, colors().tint);
        painter.fillRect(QRectF(box.left(), box.bottom() - 2, box.width(), 2), colors().accent);
        run = {};
    };
    for (int i = span.start; i < span.start + span.length && i < m_written.size(); ++i) {
        const QRectF next = rectAt(base + i);
        if (!run.isEmpty() && std::abs(next.bottom() - run.bottom()) > 1)
            flush();
        if (!m_written[i].isSpace() || !run.isEmpty())
            run = run.isEmpty() ? next : run.united(next);
    }
    flush();
}

void WrittenText::paintEvent(QPaintEvent* event)
{
    {
        QPainter painter(viewport());
        for (const WrittenSpan& span : m_marked)
            paintSpan(painter, span);
    }
    QTextEdit::paintEvent(event);
    if (!m_caret)
        return;
    QPainter painter(viewport());
    const int end = document()->characterCount() - 1;
    QRectF at = end > 0 ? rectAt(end - 1) : QRectF(0, 0, 0, serifLineHeight(m_type));
    painter.fillRect(QRectF(at.right() + 2, at.top(), px(7), at.height() - 2), colors().accent);
}

int WrittenText::offsetAt(const QPoint& viewportPoint) const
{
    const QPointF point =
        QPointF(viewportPoint) + QPointF(horizontalScrollBar()->value(), verticalScrollBar()->value());
    const int position = document()->documentLayout()->hitTest(point, Qt::ExactHit);
    const int offset = position - int(m_prompt.size());
    return position >= 0 && offset >= 0 && offset < m_written.size() ? offset : -1;
}

void WrittenText::mousePressEvent(QMouseEvent* event)
{
    m_pressed = event->position().toPoint();
    QTextEdit::mousePressEvent(event);
}

void WrittenText::mouseMoveEvent(QMouseEvent* event)
{
    QTextEdit::mouseMoveEvent(event);
    if (m_clickable && !(event->buttons() & Qt::LeftButton))
        viewport()->setCursor(offsetAt(event->position().toPoint()) >= 0 ? Qt::PointingHandCursor : Qt::IBeamCursor);
}

void WrittenText::mouseReleaseEvent(QMouseEvent* event)
{
    QTextEdit::mouseReleaseEvent(event);
    const QPoint point = event->position().toPoint();
    if (!m_clickable || event->button() != Qt::LeftButton || (point - m_pressed).manhattanLength() > 4)
        return;
    if (const int offset = offsetAt(point); offset >= 0)
        Q_EMIT clickedAt(offset);
}

} // namespace fettle::ui
