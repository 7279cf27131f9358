// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/piece_view.h"

#include "ui/style/fonts.h"
#include "ui/style/theme.h"

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
        words << piece.text.trimmed() + QLatin1Char(' ') + QString::number(piece.id);
    setAccessibleName(words.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

std::vector<PieceView::Box> PieceView::arranged(int width, int& height) const
{
    std::vector<Box> boxes;
    const QFontMetrics mono(ui::font(Type::Mono));
    const int frame = px(26), number = px(18), line = frame + number + px(4);
    int x = 0, y = 0;
    for (const Piece& piece : m_pieces) {
        const bool newWord = piece.text.startsWith(QLatin1Char(' '));
        const int w = std::max(mono.horizontalAdvance(piece.text.trimmed()) + px(10),
                               mono.horizontalAdvance(QString::number(piece.id)) + px(2));
        if (x > 0)
            x += newWord ? px(12) : px(2);
        if (x > 0 && x + w > width) {
            x = 0;
            y += line;
        }
        boxes.push_back({QRect(x, y, w, frame), QRect(x, y + frame + 1, w, number)});
        x += w;
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
    for (size_t i = 0; i < boxes.size(); ++i) {
        painter.setBrush(p.hover);
        painter.setPen(p.hairline);
        painter.drawRoundedRect(QRectF(boxes[i].frame).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        painter.setPen(p.text);
        const QString text = m_pieces[i].text.trimmed();
        painter.drawText(boxes[i].frame, Qt::AlignCenter, text.isEmpty() ? QStringLiteral("␣") : text);
        painter.setPen(p.text2);
        painter.drawText(boxes[i].number, Qt::AlignCenter, QString::number(m_pieces[i].id));
    }
}

} // namespace fettle::ui
