// SPDX-License-Identifier: GPL-3.0-or-later
// What the style paints of buttons.
#include "ui/look/fonts.h"
#include "ui/look/icons.h"
#include "ui/look/style.h"
#include "ui/look/theme.h"

#include <QPainter>
#include <QStyleOption>
#include <algorithm>

namespace fettle::ui
{
namespace
{
struct ButtonFace {
    QColor ground = Qt::transparent, border = Qt::transparent, ink;
    double borderWidth = 1;
};

/// Keys that stand behind a button's words (property fettleKeys), with their distance.
int keysWidth(const QWidget* widget)
{
    const QString keys = widget ? widget->property("fettleKeys").toString() : QString();
    return keys.isEmpty() ? 0 : QFontMetrics(font(Type::Mono)).horizontalAdvance(keys) + px(8);
}

QColor mixed(const QColor& a, const QColor& b, double part)
{
    return QColor::fromRgbF(static_cast<float>(a.redF() + (b.redF() - a.redF()) * part),
                            static_cast<float>(a.greenF() + (b.greenF() - a.greenF()) * part),
                            static_cast<float>(a.blueF() + (b.blueF() - a.blueF()) * part));
}

ButtonFace faceOf(Look look, QStyle::State state)
{
    const Palette& p = colors();
    const bool enabled = state & QStyle::State_Enabled;
    const bool hovered = enabled && (state & QStyle::State_MouseOver);
    const bool pressed = enabled && (state & QStyle::State_Sunken);
    const bool checked = state & QStyle::State_On;
    ButtonFace face;
    face.ink = enabled ? p.text : p.text2;
    switch (look) {
    case Look::Primary:
        if (!enabled) {
            face.border = p.hairline;
            face.ground = p.card;
            break;
        }
        face.ink = p.onAccent;
        face.ground = pressed ? mixed(p.accent, p.text, 0.22) : hovered ? mixed(p.accent, p.text, 0.12) : p.accent;
        break;
    case Look::Ghost:
        face.ground = checked ? p.tint : pressed ? p.track : hovered ? p.hover : QColor(Qt::transparent);
        break;
    case Look::Link:
        face.ink = enabled ? p.accent : p.text2;
        face.ground = pressed ? p.tint : hovered ? p.hover : QColor(Qt::transparent);
        break;
    case Look::Choice:
        face.ground = checked ? p.tint : hovered ? p.hover : p.card;
        face.border = checked ? p.accent : p.border;
        face.borderWidth = checked ? 2 : 1;
        if (checked && enabled)
            face.ink = p.text;
        break;
    case Look::Quiet:
        face.ink = enabled ? p.accent : p.text2;
        break;
    case Look::Segment:
    case Look::Outlined:
        face.border = enabled ? p.border : p.hairline;
        face.ground = checked ? p.tint : pressed ? p.track : hovered ? p.hover : p.card;
        break;
    }
    return face;
}

QFont segmentFont(bool chosen)
{
    QFont result = font(Type::Help);
    result.setWeight(chosen ? QFont::DemiBold : result.weight());
    return result;
}

/// One choice of a SegmentedControl, which paints the frame around all.
void drawSegment(const QStyleOptionButton& option, QPainter& painter)
{
    const Palette& p = colors();
    const bool enabled = option.state & QStyle::State_Enabled, on = option.state & QStyle::State_On;
    const QRect inner = option.rect.adjusted(0, 1, 0, -1);
    painter.save();
    if (on) {
        painter.fillRect(inner, p.tint);
        painter.fillRect(QRect(inner.left(), inner.bottom() - 1, inner.width(), 2), enabled ? p.accent : p.border);
    } else if (enabled && (option.state & QStyle::State_MouseOver)) {
        painter.fillRect(inner, p.hover);
    }
    painter.setFont(segmentFont(on));
    painter.setPen(enabled ? p.text : p.text2);
    painter.drawText(option.rect, Qt::AlignCenter | Qt::TextShowMnemonic, option.text);
    painter.restore();
}

/// Small icon and words, flush with what stands beside them.
void drawQuiet(const QStyleOptionButton& option, QPainter& painter, const QWidget* widget)
{
    const bool enabled = option.state & QStyle::State_Enabled;
    const QColor ink = faceOf(Look::Quiet, option.state).ink;
    const QRectF box(option.rect.left() + px(2), option.rect.top() + (option.rect.height() - px(12)) / 2.0, px(12),
                     px(12));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (widget)
        paintIcon(painter, box, widget->property("fettleIconName").toString(), ink);
    QFont words = font(Type::Help);
    words.setUnderline(enabled && (option.state & QStyle::State_MouseOver));
    painter.setFont(words);
    painter.setPen(ink);
    painter.drawText(option.rect.adjusted(px(18), 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, option.text);
    painter.restore();
}
} // namespace

QSize Style::buttonSize(const QStyleOptionButton& option, const QWidget* widget) const
{
    const Look look = lookOf(widget);
    if (look == Look::Segment) // wide enough for the strong weight, so that nothing moves when the choice does
        return {QFontMetrics(segmentFont(true)).size(Qt::TextShowMnemonic, option.text).width() + px(20), px(26)};
    if (look == Look::Quiet)
        return {QFontMetrics(font(Type::Help)).horizontalAdvance(option.text) + px(22), px(26)};
    const ControlSize size = sizeOf(widget);
    const QFont face = size == ControlSize::Large ? font(Type::Primary) : font(Type::Button);
    const int icon = option.icon.isNull() ? 0 : px(16);
    int width = icon;
    if (!option.text.isEmpty())
        width += QFontMetrics(face).size(Qt::TextShowMnemonic, option.text).width() + (icon ? px(8) : 0);
    if (option.features & QStyleOptionButton::HasMenu)
        width += px(22);
    width += keysWidth(widget);
    int pad = size == ControlSize::Large ? 20 : size == ControlSize::Small ? 9 : 12;
    if (look == Look::Link)
        pad = 6;
    if (option.text.isEmpty())
        pad = size == ControlSize::Large ? 10 : size == ControlSize::Small ? 5 : 7;
    const int height = controlHeight(widget);
    return {std::max(width + 2 * px(pad), height), height};
}

void Style::drawButton(const QStyleOptionButton& option, QPainter& painter, const QWidget* widget) const
{
    const Look look = lookOf(widget);
    if (look == Look::Segment)
        return drawSegment(option, painter);
    if (look == Look::Quiet)
        return drawQuiet(option, painter, widget);
    const ControlSize size = sizeOf(widget);
    ButtonFace face = faceOf(look, option.state);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double half = face.border == QColor(Qt::transparent) ? 0 : face.borderWidth / 2;
    painter.setBrush(face.ground);
    painter.setPen(half > 0 ? QPen(face.border, face.borderWidth) : QPen(Qt::NoPen));
    painter.drawRoundedRect(QRectF(option.rect).adjusted(half, half, -half, -half), 5, 5);

    painter.setFont(size == ControlSize::Large ? font(Type::Primary)
                    : look == Look::Link       ? font(Type::BodyStrong)
                                               : font(Type::Button));
    const int menu = (option.features & QStyleOptionButton::HasMenu ? px(22) : 0) + keysWidth(widget);
    const int icon = option.icon.isNull() ? 0 : px(16);
    const int gap = icon && !option.text.isEmpty() ? px(8) : 0;
    const QFontMetrics metrics(painter.font());
    const int text = option.text.isEmpty() ? 0 : metrics.size(Qt::TextShowMnemonic, option.text).width();
    // An icon whose property says so stands behind the text ("Next: Data >").
    const bool iconBehind = widget && widget->property("fettleIconBehind").toBool();
    const bool leftAligned = widget && widget->property("fettleAlignLeft").toBool();
    int x = option.rect.left() + (option.rect.width() - icon - gap - text - menu) / 2;
    if (leftAligned)
        x = option.rect.left() + px(10);
    const double middle = option.rect.top() + option.rect.height() / 2.0;
    if (icon) {
        const int at = iconBehind ? x + text + gap : x;
        const QRect box(at, option.rect.top() + (option.rect.height() - icon + 1) / 2, icon, icon);
        // Icons of a filled button stand in the colour of its text.
        const QString name = widget ? widget->property("fettleIconName").toString() : QString();
        if (!name.isEmpty())
            paintIcon(painter, box, name, face.ink);
        else
            option.icon.paint(&painter, box, Qt::AlignCenter,
                              option.state & State_Enabled ? QIcon::Normal : QIcon::Disabled);
    }
    painter.setPen(face.ink);
    const QRect words(iconBehind ? x : x + icon + gap, option.rect.top(), text + 1, option.rect.height());
    painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic, option.text);
    if (const int keys = keysWidth(widget)) {
        painter.setFont(font(Type::Mono));
        painter.setPen(colors().text2);
        painter.drawText(QRect(words.right() + px(8), option.rect.top(), keys, option.rect.height()), Qt::AlignVCenter,
                         widget->property("fettleKeys").toString());
    }
    if (option.features & QStyleOptionButton::HasMenu)
        paintIcon(painter, QRectF(option.rect.right() - px(10) - px(14), middle - px(7), px(14), px(14)),
                  QStringLiteral("chevron-down"), face.ink);
    painter.restore();
}

void Style::drawToolButton(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const bool isPlain = widget && !widget->property("fettleLook").isValid();
    const ButtonFace face = faceOf(isPlain ? Look::Ghost : lookOf(widget), option.state);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const bool framed = face.border != QColor(Qt::transparent);
    painter.setPen(framed ? QPen(face.border, face.borderWidth) : QPen(Qt::NoPen));
    painter.setBrush(face.ground);
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    painter.restore();
}

} // namespace fettle::ui
