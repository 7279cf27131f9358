// SPDX-License-Identifier: GPL-3.0-or-later
// What the style paints.
#include "ui/look/focus_mark.h"
#include "ui/look/fonts.h"
#include "ui/look/icons.h"
#include "ui/look/style.h"
#include "ui/look/theme.h"

#include <QAbstractButton>
#include <QFocusFrame>
#include <QLineEdit>
#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>
#include <QTextEdit>

namespace fettle::ui
{
namespace
{
struct ButtonFace {
    QColor ground = Qt::transparent, border = Qt::transparent, ink;
    double borderWidth = 1;
};

Look lookOf(const QWidget* widget)
{
    const QVariant look = widget ? widget->property("fettleLook") : QVariant();
    return look.isValid() ? static_cast<Look>(look.toInt()) : Look::Outlined;
}

ControlSize sizeOf(const QWidget* widget)
{
    const QVariant size = widget ? widget->property("fettleSize") : QVariant();
    return size.isValid() ? static_cast<ControlSize>(size.toInt()) : ControlSize::Normal;
}

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

void drawField(QPainter& painter, const QRect& rect, const QWidget* widget, bool enabled)
{
    const Palette& p = colors();
    const bool wrong = widget && widget->property("fettleProblem").toBool();
    const double width = wrong ? 2 : 1;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(enabled ? p.card : p.window);
    painter.setPen(QPen(wrong ? p.error : enabled ? p.border : p.hairline, width));
    painter.drawRoundedRect(QRectF(rect).adjusted(width / 2, width / 2, -width / 2, -width / 2), 5, 5);
    painter.restore();
}

void drawCheck(QPainter& painter, const QRect& rect, QStyle::State state)
{
    const Palette& p = colors();
    const bool enabled = state & QStyle::State_Enabled;
    const bool on = state & (QStyle::State_On | QStyle::State_NoChange);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect).adjusted(0.75, 0.75, -0.75, -0.75);
    painter.setBrush(on && enabled ? p.accent : on ? p.border : p.card);
    painter.setPen(QPen(on && enabled ? p.accent : enabled ? p.border : p.hairline, 1.5));
    painter.drawRoundedRect(box, 3, 3);
    if (state & QStyle::State_NoChange) {
        painter.setPen(QPen(p.onAccent, 2));
        painter.drawLine(QPointF(box.left() + 3, box.center().y()), QPointF(box.right() - 3, box.center().y()));
    } else if (on) {
        const auto at = [&](double x, double y) { return box.center() + QPointF(x * box.width(), y * box.height()); };
        painter.setPen(QPen(enabled ? p.onAccent : p.card, std::max(1.8, box.width() / 8), Qt::SolidLine, Qt::RoundCap,
                            Qt::RoundJoin));
        painter.drawPolyline(QPolygonF{at(-0.25, 0.03), at(-0.06, 0.21), at(0.26, -0.2)});
    }
    painter.restore();
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

void paintRadio(QPainter& painter, const QRectF& square, bool on, bool enabled)
{
    const Palette& p = colors();
    const QRectF box = square.adjusted(0.75, 0.75, -0.75, -0.75);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(on && enabled ? p.accent : enabled ? p.border : p.hairline, on ? 2 : 1.5));
    painter.drawEllipse(box);
    if (on) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(enabled ? p.accent : p.border);
        painter.drawEllipse(box.center(), box.width() * 0.27, box.width() * 0.27);
    }
    painter.restore();
}

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
    const int height = size == ControlSize::Large ? px(36) : size == ControlSize::Small ? px(26) : px(30);
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
        const QRect box(at, static_cast<int>(middle - icon / 2.0 + 0.5), icon, icon);
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

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const
{
    switch (element) {
    case PE_FrameFocusRect: // CE_FocusFrame marks the focus
        return;
    case PE_PanelLineEdit:
        if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option); frame && frame->lineWidth > 0)
            drawField(*painter, option->rect, widget, option->state & State_Enabled);
        return;
    case PE_FrameLineEdit:
        return;
    case PE_Frame:
        if (widget && (widget->inherits("QTextEdit") || widget->inherits("QPlainTextEdit"))) {
            if (static_cast<const QFrame*>(widget)->frameShape() == QFrame::NoFrame)
                return;
            painter->save();
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(QPen(widget->property("fettleProblem").toBool() ? colors().error : colors().border, 1));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
            painter->restore();
            return;
        }
        break;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        drawCheck(*painter, option->rect, option->state);
        return;
    case PE_IndicatorRadioButton:
        paintRadio(*painter, option->rect, option->state & State_On, option->state & State_Enabled);
        return;
    case PE_IndicatorArrowDown:
        paintIcon(*painter, option->rect, QStringLiteral("chevron-down"), colors().text2);
        return;
    case PE_IndicatorArrowUp:
        paintIcon(*painter, option->rect, QStringLiteral("chevron-up"), colors().text2);
        return;
    case PE_IndicatorHeaderArrow:
        // Up where the smallest stands first. Qt's names are those of another convention: its "down" is ascending.
        if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
            header && header->sortIndicator != QStyleOptionHeader::None)
            drawPrimitive(header->sortIndicator == QStyleOptionHeader::SortDown ? PE_IndicatorArrowUp
                                                                                : PE_IndicatorArrowDown,
                          option, painter, widget);
        return;
    case PE_PanelButtonTool: {
        const ButtonFace face = faceOf(
            lookOf(widget) == Look::Outlined && widget && !widget->property("fettleLook").isValid() ? Look::Ghost
                                                                                                    : lookOf(widget),
            option->state);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const bool framed = face.border != QColor(Qt::transparent);
        painter->setPen(framed ? QPen(face.border, face.borderWidth) : QPen(Qt::NoPen));
        painter->setBrush(face.ground);
        painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
        painter->restore();
        return;
    }
    default:
        break;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const
{
    if (element == CE_PushButton) {
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) {
            drawButton(*button, *painter, widget);
            return;
        }
    }
    const auto* frame = element == CE_ShapedFrame ? qstyleoption_cast<const QStyleOptionFrame*>(option) : nullptr;
    if (frame && (frame->frameShape == QFrame::HLine || frame->frameShape == QFrame::VLine)) {
        painter->fillRect(option->rect, colors().hairline);
        return;
    }
    if (element == CE_FocusFrame) {
        const auto* ring = qobject_cast<const QFocusFrame*>(widget);
        const QVariant radius = ring && ring->widget() ? ring->widget()->property("fettleFocusRadius") : QVariant();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (ring && lookOf(ring->widget()) == Look::Primary) {
            // The button is of the ring's own colour: the ring stands in it, in the colour of its words.
            const double out = (option->rect.width() - ring->widget()->width()) / 2.0 + 4;
            painter->setPen(QPen(colors().onAccent, 2));
            painter->drawRoundedRect(QRectF(option->rect).adjusted(out, out, -out, -out), 3, 3);
        } else {
            // A chosen chip's border is of the ring's colour: with as much air as either is wide they remain two.
            const int away = ring && lookOf(ring->widget()) == Look::Choice ? 2 : 0;
            const int in = focusFrameMargin - away;
            paintFocusMark(*painter, QRectF(option->rect).adjusted(in, in, -in, -in),
                           (radius.isValid() ? radius.toInt() : 5) + away);
        }
        painter->restore();
        return;
    }
    if (element == CE_ShapedFrame && widget && (widget->inherits("QTextEdit") || widget->inherits("QPlainTextEdit"))) {
        drawPrimitive(PE_Frame, option, painter, widget);
        return;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                               const QWidget* widget) const
{
    const bool enabled = option->state & State_Enabled;
    if (control == CC_SpinBox) {
        const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
        if (!spin || spin->frame)
            drawField(*painter, option->rect, widget, enabled);
        const QColor ink = enabled ? colors().text : colors().border;
        for (const auto& [sub, name, shift] :
             {std::tuple{SC_SpinBoxUp, "chevron-up", 2}, std::tuple{SC_SpinBoxDown, "chevron-down", -2}}) {
            QRectF box(0, 0, px(11), px(11));
            box.moveCenter(QRectF(subControlRect(control, option, sub, widget)).center() + QPointF(0, shift));
            const bool hovered = option->activeSubControls == sub && (option->state & State_MouseOver);
            paintIcon(*painter, box, QLatin1String(name), hovered && enabled ? colors().accent : ink);
        }
        return;
    }
    if (control == CC_ComboBox) {
        drawField(*painter, option->rect, widget, enabled);
        QRectF box(0, 0, px(12), px(12));
        box.moveCenter(QRectF(subControlRect(control, option, SC_ComboBoxArrow, widget)).center());
        paintIcon(*painter, box, QStringLiteral("chevron-down"), enabled ? colors().text : colors().border);
        return;
    }
    if (control == CC_Slider) {
        if (const auto* slider = qstyleoption_cast<const QStyleOptionSlider*>(option)) {
            drawSlider(*slider, *painter);
            return;
        }
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

void Style::drawSlider(const QStyleOptionSlider& option, QPainter& painter) const
{
    const Palette& p = colors();
    const bool enabled = option.state & State_Enabled;
    const QRectF handle = subControlRect(CC_Slider, &option, SC_SliderHandle, nullptr);
    const QRectF area = option.rect;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    QRectF groove = area, done = area;
    const double thick = px(4);
    if (option.orientation == Qt::Horizontal) {
        groove = QRectF(area.left(), area.center().y() - thick / 2, area.width(), thick);
        done = groove;
        option.upsideDown ? done.setLeft(handle.center().x()) : done.setRight(handle.center().x());
    } else {
        groove = QRectF(area.center().x() - thick / 2, area.top(), thick, area.height());
        done = groove;
        option.upsideDown ? done.setTop(handle.center().y()) : done.setBottom(handle.center().y());
    }
    painter.setBrush(p.track);
    painter.drawRoundedRect(groove, thick / 2, thick / 2);
    painter.setBrush(enabled ? p.accent : p.border);
    painter.drawRoundedRect(done, thick / 2, thick / 2);
    painter.setPen(QPen(enabled ? p.accent : p.border, 2));
    painter.setBrush(p.card);
    const double radius = px(7);
    const QPointF center = option.orientation == Qt::Horizontal ? QPointF(handle.center().x(), area.center().y())
                                                                : QPointF(area.center().x(), handle.center().y());
    painter.drawEllipse(center, radius, radius);
    painter.restore();
}

} // namespace fettle::ui
