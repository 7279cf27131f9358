// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/piece_view.h"

#include "ui/look/fonts.h"
#include "ui/look/theme.h"

#include <algorithm>

#include <QPainter>

namespace fettle::ui
{

PieceView::PieceView(QWidget* parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void PieceView::setPieces(std::vector<Piece> pieces)
{
    m_pieces = std::move(pieces);
    QStringList words;
    for (const Piece& piece : m_pieces)
        words << (piece.continues ? tr("continued") : piece.text.trimmed()) + QLatin1Char(' ') +
                     QString::number(piece.id);
    setAccessibleName(words.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

size_t PieceView::endOfShared(size_t first) const
{
    size_t end = first + 1;
    while (end < m_pieces.size() && m_pieces[end].continues)
        ++end;
    return end;
}

std::vector<PieceView::Box> PieceView::arranged(int width, int& height) const
{
    std::vector<Box> boxes;
    const QFontMetrics mono(ui::font(Type::Mono));
    const int frame = px(26), number = px(18), line = frame + number + px(4), gap = px(2);
    int x = 0, y = 0;
    for (size_t first = 0; first < m_pieces.size();) {
        const size_t end = endOfShared(first);
        const auto count = static_cast<int>(end - first);
        const QString& text = m_pieces[first].text;
        // Pieces that share a character are equally wide and stand together.
        int each = (mono.horizontalAdvance(text.trimmed()) + px(10) - (count - 1) * gap) / count;
        for (size_t i = first; i < end; ++i)
            each = std::max(each, mono.horizontalAdvance(QString::number(m_pieces[i].id)) + px(2));
        if (x > 0)
            x += text.startsWith(QLatin1Char(' ')) ? px(12) : gap;
        if (x > 0 && x + count * each + (count - 1) * gap > width) {
            x = 0;
            y += line;
        }
        for (; first < end; ++first) {
            boxes.push_back({QRect(x, y, each, frame), QRect(x, y + frame + 1, each, number)});
            x += each + (first + 1 < end ? gap : 0);
        }
    }
    height = m_pieces.empty() ? 0 : y + line;
    return boxes;
}

int PieceView::heightForWidth(int width) const
{
    int height = 0;
    arranged(width, height);
    return height;
}

QSize PieceView::sizeHint() const
{
    return {px(260), heightForWidth(std::max(width(), px(200)))};
}

QSize PieceView::minimumSizeHint() const
{
    return {px(120), m_pieces.empty() ? 0 : px(48)};
}

void PieceView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    updateGeometry();
}

void PieceView::paintEvent(QPaintEvent*)
{
    const Palette& p = colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(ui::font(Type::Mono));
    int height = 0;
    const std::vector<Box> boxes = arranged(width(), height);
    for (size_t first = 0; first < boxes.size();) {
        const size_t end = endOfShared(first);
        for (size_t i = first; i < end; ++i) {
            painter.setBrush(p.hover);
            painter.setPen(p.hairline);
            painter.drawRoundedRect(QRectF(boxes[i].frame).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
            painter.setPen(p.text2);
            painter.drawText(boxes[i].number, Qt::AlignCenter, QString::number(m_pieces[i].id));
        }
        painter.setPen(p.text);
        const QString text = m_pieces[first].text.trimmed();
        painter.drawText(boxes[first].frame.united(boxes[end - 1].frame), Qt::AlignCenter,
                         text.isEmpty() ? QStringLiteral("␣") : text);
        first = end;
    }
}

} // namespace fettle::ui
