// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/guess_bars.h"

#include "ui/look/fonts.h"
#include "ui/look/theme.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

QString chanceText(double chance)
{
    const double percent = chance * 100;
    if (percent >= 0.95)
        return QStringLiteral("%1 %").arg(qRound(percent));
    if (percent >= 0.095)
        return QStringLiteral("%1 %").arg(percent, 0, 'f', 1);
    return percent > 0 ? QStringLiteral("< 0.1 %") : QStringLiteral("0 %");
}

QString shownPiece(const QString& piece)
{
    const QString trimmed = piece.trimmed();
    // WordPiece writes the pieces inside and at the end of a word with ## before them.
    if (trimmed.size() > 2 && trimmed.startsWith(QLatin1String("##")))
        return QStringLiteral("…") + trimmed.mid(2);
    if (!trimmed.isEmpty())
        return trimmed;
    QString shown;
    for (const QChar& c : piece)
        shown += c == QLatin1Char('\n') ? QChar(0x21B5) : c == QLatin1Char('\t') ? QChar(0x2192) : QChar(0x2423);
    return shown.isEmpty() ? QStringLiteral("∅") : shown;
}

QString listedPiece(const QString& piece)
{
    const QString shown = shownPiece(piece);
    return shown.startsWith(QChar(0x2026)) && piece.trimmed() != shown ? GuessBars::tr("%1 (end of a word)").arg(shown)
                                                                       : shown;
}

void alignBars(const std::vector<GuessBars*>& charts)
{
    double widest = 0;
    for (const GuessBars* chart : charts)
        widest = std::max(widest, chart->wordsWidth());
    for (GuessBars* chart : charts)
        chart->setWordsWidth(widest);
}

GuessBars::GuessBars(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void GuessBars::setBars(std::vector<GuessBar> bars)
{
    const bool sameHeight = bars.size() == m_bars.size();
    m_bars = std::move(bars);
    QStringList words;
    for (const GuessBar& bar : m_bars)
        words << bar.word + QLatin1Char(' ') + chanceText(bar.chance) +
                     (!bar.note.isEmpty() ? QStringLiteral(", ") + bar.note
                      : bar.strong        ? tr(", what it wrote")
                                          : QString()) +
                     (!m_withBefore          ? QString()
                      : bar.before           ? tr(", before %1").arg(chanceText(*bar.before))
                      : bar.listedBefore > 0 ? tr(", before not among its first %1").arg(bar.listedBefore)
                                             : QString());
    setAccessibleName(words.join(QStringLiteral("; ")));
    if (!sameHeight)
        updateGeometry();
    update();
}

void GuessBars::setWithBefore(bool shown)
{
    m_withBefore = shown;
    update();
}

void GuessBars::setNeutral(bool neutral)
{
    m_neutral = neutral;
    update();
}

void GuessBars::setAllAccent(bool on)
{
    m_allAccent = on;
    update();
}

void GuessBars::setRows(int rows)
{
    m_rows = rows;
    updateGeometry();
}

double GuessBars::wordsWidth() const
{
    QFont strong = ui::font(Type::SerifSmall);
    double words = QFontMetricsF(strong).horizontalAdvance(QStringLiteral("mmmmm"));
    strong.setWeight(QFont::Bold);
    for (const GuessBar& bar : m_bars)
        words = std::max(words, QFontMetricsF(strong).horizontalAdvance(bar.word) + px(8));
    return words;
}

void GuessBars::setWordsWidth(double width)
{
    m_wordsWidth = width;
    update();
}

double GuessBars::rowHeight() const
{
    return std::max(px(22), int(QFontMetricsF(ui::font(Type::SerifSmall)).height() * 0.95));
}

QSize GuessBars::sizeHint() const
{
    return {px(240), int(std::ceil(rowHeight() * std::max(m_rows, int(m_bars.size()))))};
}

QSize GuessBars::minimumSizeHint() const
{
    return {px(160), sizeHint().height()};
}

void GuessBars::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Palette& p = colors();
    const QFont serif = ui::font(Type::SerifSmall), mono = ui::font(Type::Mono);
    QFont strong = serif;
    strong.setWeight(QFont::Bold);
    const double figure = QFontMetricsF(mono).horizontalAdvance(QStringLiteral("< 0.1 %")) + px(6);
    const double figures = figure * (m_withBefore ? 2 : 1);
    const double words = std::min(m_wordsWidth > 0 ? m_wordsWidth : wordsWidth(), (width() - figures) * 0.65);
    const double left = words, span = std::max(10.0, width() - words - figures), row = rowHeight(), thick = px(8);

    for (size_t i = 0; i < m_bars.size(); ++i) {
        const GuessBar& bar = m_bars[i];
        const double top = double(i) * row, middle = top + row / 2;
        const bool first = i == 0 && !m_neutral;
        painter.setFont(bar.strong || (first && !m_allAccent) ? strong : serif);
        painter.setPen(p.text);
        painter.drawText(QRectF(0, top, words - px(6), row), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetricsF(painter.font()).elidedText(bar.word, Qt::ElideRight, words - px(6)));
        const QRectF track(left, middle - thick / 2, span, thick);
        painter.setPen(Qt::NoPen);
        painter.setBrush(p.grid);
        if (bar.note.isEmpty())
            painter.drawRoundedRect(track, 2, 2);
        painter.setBrush(!m_neutral && (first || m_allAccent) ? p.accent : p.neutral);
        const double length = std::max(1.5, span * std::clamp(bar.chance, 0.0, 1.0));
        painter.drawRoundedRect(QRectF(left, track.top(), length, thick), 2, 2);
        if (!bar.note.isEmpty()) {
            painter.setFont(ui::font(Type::Help));
            painter.setPen(p.text2);
            const double room = span - length - px(6);
            painter.drawText(QRectF(left + length + px(6), top, room, row), Qt::AlignLeft | Qt::AlignVCenter,
                             QFontMetricsF(painter.font()).elidedText(bar.note, Qt::ElideRight, room));
        }
        if (m_withBefore && bar.before)
            painter.fillRect(QRectF(left + span * *bar.before - 1, middle - thick / 2 - 3, 2, thick + 6), p.text);
        painter.setFont(mono);
        painter.setPen(p.text);
        painter.drawText(QRectF(left + span, top, figure, row), Qt::AlignRight | Qt::AlignVCenter,
                         chanceText(bar.chance));
        if (!m_withBefore)
            continue;
        painter.setPen(p.text2);
        painter.drawText(QRectF(left + span + figure, top, figure, row), Qt::AlignRight | Qt::AlignVCenter,
                         bar.before ? chanceText(*bar.before) : QStringLiteral("–"));
    }
}

} // namespace fettle::ui
