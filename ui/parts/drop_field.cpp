// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/drop_field.h"

#include "ui/look/fonts.h"
#include "ui/look/icons.h"

#include <QDragEnterEvent>
#include <QMimeData>
#include <QPainter>
#include <QUrl>

namespace fettle::ui
{

QStringList droppedPaths(const QMimeData* data)
{
    QStringList paths;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile())
            paths << url.toLocalFile();
    return paths;
}

DropField::DropField(const QString& icon, const QString& title, const QString& sentence, QWidget* parent, bool wide)
    : QAbstractButton(parent), m_icon(icon), m_title(title), m_sentence(sentence), m_wide(wide)
{
    setAcceptDrops(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setAccessibleName(title.isEmpty() ? sentence : title + QStringLiteral(". ") + sentence);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

int DropField::heightForWidth(int width) const
{
    const QRect room(0, 0, std::max(40, width - px(m_wide ? 80 : 32)), 10000);
    const int title = m_title.isEmpty() ? 0
                                        : QFontMetrics(ui::font(Type::BodyStrong))
                                              .boundingRect(room, Qt::TextWordWrap | Qt::AlignHCenter, m_title)
                                              .height();
    const int sentence = m_sentence.isEmpty() ? 0
                                              : QFontMetrics(ui::font(m_wide ? Type::Body : Type::Help))
                                                    .boundingRect(room, Qt::TextWordWrap | Qt::AlignHCenter, m_sentence)
                                                    .height();
    return m_wide ? title + sentence + px(26) : title + sentence + px(68);
}

QSize DropField::sizeHint() const
{
    return {px(280), heightForWidth(std::max(px(280), width()))};
}

QSize DropField::minimumSizeHint() const
{
    return {px(160), heightForWidth(std::max(px(160), width()))};
}

void DropField::paintEvent(QPaintEvent*)
{
    const Palette& p = colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool lively = m_over || underMouse();
    painter.setBrush(m_over ? p.tint : lively ? p.hover : m_wide ? p.card : p.window);
    painter.setPen(QPen(m_over ? p.accent : p.border, m_over ? 2 : 1, Qt::CustomDashLine));
    QPen pen = painter.pen();
    pen.setDashPattern({3, 2});
    painter.setPen(pen);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    const QString words = m_title.isEmpty() ? m_sentence : m_title;
    if (m_wide) {
        painter.setFont(ui::font(Type::Body));
        const int text = painter.fontMetrics().horizontalAdvance(words);
        const int side = px(16), gap = px(8);
        const int room = width() - px(32) - side - gap;
        const QRect box((width() - std::min(text, room) - side - gap) / 2, (height() - side) / 2, side, side);
        paintIcon(painter, box, m_icon, p.text2);
        painter.setPen(p.text2);
        painter.drawText(QRect(box.right() + gap, 0, std::min(text, room) + 2, height()),
                         Qt::AlignVCenter | Qt::TextWordWrap, words);
        return;
    }
    const int side = px(22);
    int y = px(18);
    paintIcon(painter, QRectF((width() - side) / 2.0, y, side, side), m_icon, p.text2);
    y += side + px(8);
    const auto draw = [&](Type type, const QColor& ink, const QString& text) {
        painter.setFont(ui::font(type));
        painter.setPen(ink);
        QRect used;
        painter.drawText(QRect(px(16), y, width() - px(32), height()), Qt::TextWordWrap | Qt::AlignHCenter, text,
                         &used);
        y = used.bottom() + 2;
    };
    if (!m_title.isEmpty())
        draw(Type::BodyStrong, p.text, m_title);
    draw(Type::Help, p.text2, m_sentence);
}

void DropField::dragEnterEvent(QDragEnterEvent* event)
{
    if (droppedPaths(event->mimeData()).isEmpty())
        return;
    m_over = true;
    update();
    event->acceptProposedAction();
}

void DropField::dragLeaveEvent(QDragLeaveEvent*)
{
    m_over = false;
    update();
}

void DropField::dropEvent(QDropEvent* event)
{
    m_over = false;
    update();
    const QStringList paths = droppedPaths(event->mimeData());
    if (paths.isEmpty())
        return;
    event->acceptProposedAction();
    Q_EMIT dropped(paths);
}

} // namespace fettle::ui
