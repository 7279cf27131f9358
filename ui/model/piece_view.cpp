// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/piece_view.h"

#include "ui/look/fonts.h"
#include "ui/look/theme.h"

#include <algorithm>

#include <QPainter>

namespace fettle::ui
{

PieceView::PieceView(QWidget* parent) : WrappingWidget(parent) {}

void PieceView::setPieces(std::vector<Piece> pieces)
{
    m_pieces = std::move(pieces);
    QStringList words;
    for (const Piece& piece : m_pieces)
        words << (piece.continues ? tr("continued") : piece.text.trimmed()) + QLatin1Char(' ') +
                     QString::number(piece.id);
    itemsChanged(words);
}

size_t PieceView::endOfShared(size_t first) const
{
    size_t end = first + 1;
    while (end < m_pieces.size() && m_pieces[end].continues)
        ++end;
    return end;
}

std::vector<QRectF> PieceView::places(double width) const
{
    const QFontMetrics mono(ui::font(Type::Mono));
    std::vector<WrapItem> items;
    for (size_t first = 0, end = 0; first < m_pieces.size(); first = end) {
        end = endOfShared(first);
        const auto count = static_cast<int>(end - first);
        const QString& text = m_pieces[first].text;
        // Pieces that share a character are equally wide and stand together.
        int each = (mono.horizontalAdvance(text.trimmed()) + px(10) - (count - 1) * px(2)) / count;
        for (size_t i = first; i < end; ++i)
            each = std::max(each, mono.horizontalAdvance(QString::number(m_pieces[i].id)) + px(2));
        items.push_back({QSizeF(count * each + (count - 1) * px(2), px(26) + px(18) + px(4)),
                         static_cast<double>(text.startsWith(QLatin1Char(' ')) ? px(12) : px(2))});
    }
    return wrapped(items, QRectF(0, 0, width, 0));
}

QSize PieceView::sizeHint() const
{
    return {px(260), heightForWidth(std::max(width(), px(200)))};
}

QSize PieceView::minimumSizeHint() const
{
    return {px(120), m_pieces.empty() ? 0 : px(48)};
}

void PieceView::paintEvent(QPaintEvent*)
{
    const Palette& p = colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(ui::font(Type::Mono));
    size_t first = 0;
    for (const QRectF& place : places(width())) {
        const size_t end = endOfShared(first);
        const QRectF all(place.topLeft(), QSizeF(place.width(), px(26)));
        const double each = (all.width() + px(2)) / static_cast<double>(end - first); // with the gap behind it
        for (size_t i = first; i < end; ++i) {
            const QRectF frame(all.left() + static_cast<double>(i - first) * each, all.top(), each - px(2),
                               all.height());
            painter.setBrush(p.hover);
            painter.setPen(p.hairline);
            painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
            painter.setPen(p.text2);
            painter.drawText(QRectF(frame.left(), frame.bottom() + 1, frame.width(), px(18)), Qt::AlignCenter,
                             QString::number(m_pieces[i].id));
        }
        painter.setPen(p.text);
        const QString text = m_pieces[first].text.trimmed();
        painter.drawText(all, Qt::AlignCenter, text.isEmpty() ? QStringLiteral("␣") : text);
        first = end;
    }
}

} // namespace fettle::ui
