// SPDX-License-Identifier: GPL-3.0-or-later
// What the style paints; each of buttons, menus and views has a file of its own.
#include "ui/look/focus_mark.h"
#include "ui/look/icons.h"
#include "ui/look/style.h"
#include "ui/look/theme.h"

#include <QFocusFrame>
#include <QFrame>
#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>
#include <algorithm>

namespace fettle::ui
{
namespace
{
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
        if (drawFrame(*option, *painter, widget))
            return;
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
    case PE_PanelButtonTool:
        drawToolButton(*option, *painter, widget);
        return;
    case PE_PanelMenu:
        drawPanel(*painter, option->rect, colors().hairline);
        return;
    case PE_PanelTipLabel:
        drawPanel(*painter, option->rect, colors().border);
        return;
    case PE_FrameMenu: // PE_PanelMenu has it
    case PE_PanelScrollAreaCorner:
        return;
    default:
        break;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const
{
    switch (element) {
    case CE_PushButton:
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option))
            return drawButton(*button, *painter, widget);
        break;
    case CE_MenuItem:
        if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option))
            return drawMenuItem(*item, *painter, widget);
        break;
    case CE_MenuBarItem:
        if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option))
            return drawMenuBarItem(*item, *painter, widget);
        break;
    case CE_MenuBarEmptyArea:
        return drawMenuBar(*option, *painter, widget);
    case CE_Header: // whole: Qt's own places its parts by its own measures
        if (const auto* section = qstyleoption_cast<const QStyleOptionHeader*>(option))
            return drawHeader(*section, *painter, widget);
        break;
    case CE_MenuEmptyArea:
    case CE_HeaderEmptyArea:
    case CE_Splitter:
        return;
    case CE_FocusFrame:
        return drawFocusFrame(*option, *painter, widget);
    case CE_ShapedFrame:
        if (drawFrame(*option, *painter, widget))
            return;
        break;
    default:
        break;
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
    if (const auto* slider = qstyleoption_cast<const QStyleOptionSlider*>(option)) {
        if (control == CC_Slider)
            return drawSlider(*slider, *painter);
        if (control == CC_ScrollBar)
            return drawScrollBar(*slider, *painter);
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

bool Style::drawFrame(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const auto* frame = qobject_cast<const QFrame*>(widget);
    if (!frame)
        return false;
    if (frame->frameShape() == QFrame::HLine || frame->frameShape() == QFrame::VLine) {
        painter.fillRect(option.rect, colors().hairline);
        return true;
    }
    if (frame->inherits("QComboBoxPrivateContainer")) {
        drawPanel(painter, option.rect, colors().border);
        return true;
    }
    if (!frame->inherits("QTextEdit") && !frame->inherits("QPlainTextEdit"))
        return false;
    if (frame->frameShape() == QFrame::NoFrame)
        return true;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(frame->property("fettleProblem").toBool() ? colors().error : colors().border, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    painter.restore();
    return true;
}

void Style::drawPanel(QPainter& painter, const QRect& rect, const QColor& border)
{
    painter.fillRect(rect, border);
    painter.fillRect(rect.adjusted(1, 1, -1, -1), colors().card);
}

void Style::drawFocusFrame(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const auto* ring = qobject_cast<const QFocusFrame*>(widget);
    const QVariant radius = ring && ring->widget() ? ring->widget()->property("fettleFocusRadius") : QVariant();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (ring && lookOf(ring->widget()) == Look::Primary) {
        // The button is of the ring's own colour: the ring stands in it, in the colour of its words.
        const double out = (option.rect.width() - ring->widget()->width()) / 2.0 + 4;
        painter.setPen(QPen(colors().onAccent, 2));
        painter.drawRoundedRect(QRectF(option.rect).adjusted(out, out, -out, -out), 3, 3);
    } else {
        // A chosen chip's border is of the ring's colour: with as much air as either is wide they remain two.
        const int away = ring && lookOf(ring->widget()) == Look::Choice ? 2 : 0;
        const int in = focusFrameMargin - away;
        paintFocusMark(painter, QRectF(option.rect).adjusted(in, in, -in, -in),
                       (radius.isValid() ? radius.toInt() : 5) + away);
    }
    painter.restore();
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
