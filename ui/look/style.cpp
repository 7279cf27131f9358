// SPDX-License-Identifier: GPL-3.0-or-later
// Measures of the style; style_paint.cpp paints.
#include "ui/look/style.h"

#include "ui/look/focus_mark.h"
#include "ui/look/focus_ring.h"
#include "ui/look/fonts.h"
#include "ui/look/theme.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QFocusFrame>
#include <QLineEdit>
#include <QPalette>
#include <QPushButton>
#include <QScrollBar>
#include <QSpinBox>
#include <QStyleOption>
#include <QToolTip>
#include <algorithm>

namespace fettle::ui
{
namespace
{
void sendEvent(QWidget* widget, QEvent::Type type)
{
    QEvent event(type);
    QCoreApplication::sendEvent(widget, &event);
}

/// To those within first: who lays them out measures them as they have become.
void sendStyleChange(QWidget* widget)
{
    const QObjectList children = widget->children();
    for (QObject* child : children)
        if (child->isWidgetType())
            sendStyleChange(static_cast<QWidget*>(child));
    sendEvent(widget, QEvent::StyleChange);
}

void applyTheme(QApplication& app)
{
    app.setPalette(makePalette()); // forgets those of classes
    QApplication::setPalette(makeListPalette(colors().hover), "QAbstractItemView");
    QApplication::setPalette(makeListPalette(colors().tint), "QComboBoxListView");
    app.setFont(font(Type::Body));
    QApplication::setFont(font(Type::Button), "QHeaderView");
    QToolTip::setFont(font(Type::Help));
    QToolTip::setPalette(makePalette());
    const QWidgetList windows = QApplication::topLevelWidgets();
    for (QWidget* window : windows) { // at once: Qt does it when events are processed next
        sendEvent(window, QEvent::ApplicationPaletteChange);
        sendEvent(window, QEvent::ApplicationFontChange);
    }
    for (QWidget* window : windows)
        if (!window->parentWidget())
            sendStyleChange(window);
}

void setAndUpdate(QWidget* widget, const char* property, const QVariant& value)
{
    widget->setProperty(property, value);
    widget->updateGeometry();
    widget->update();
}
} // namespace

void applyStyle(QApplication& app)
{
    app.setStyle(new Style);
    applyTheme(app);
    new FocusRing(&app);
    QObject::connect(&Theme::instance(), &Theme::changed, &app, [&app] { applyTheme(app); });
}

void setLook(QAbstractButton* button, Look look)
{
    setAndUpdate(button, "fettleLook", static_cast<int>(look));
}

void setSize(QWidget* control, ControlSize size)
{
    setAndUpdate(control, "fettleSize", static_cast<int>(size));
}

void setProblem(QWidget* field, bool wrong)
{
    setAndUpdate(field, "fettleProblem", wrong);
}

void setFocusRadius(QWidget* widget, int radius)
{
    widget->setProperty("fettleFocusRadius", radius);
}

Style::Style() : QProxyStyle(QStringLiteral("Fusion")) {}

Look Style::lookOf(const QWidget* widget)
{
    const QVariant look = widget ? widget->property("fettleLook") : QVariant();
    return look.isValid() ? static_cast<Look>(look.toInt()) : Look::Outlined;
}

ControlSize Style::sizeOf(const QWidget* widget)
{
    const QVariant size = widget ? widget->property("fettleSize") : QVariant();
    return size.isValid() ? static_cast<ControlSize>(size.toInt()) : ControlSize::Normal;
}

int Style::controlHeight(const QWidget* widget)
{
    switch (sizeOf(widget)) {
    case ControlSize::Small:
        return px(26);
    case ControlSize::Large:
        return px(36);
    case ControlSize::Normal:
        break;
    }
    return px(30);
}

void Style::polish(QWidget* widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton*>(widget) || qobject_cast<QComboBox*>(widget) ||
        qobject_cast<QAbstractSpinBox*>(widget) || qobject_cast<QLineEdit*>(widget))
        widget->setAttribute(Qt::WA_Hover);
    if (qobject_cast<QScrollBar*>(widget))
        widget->setAttribute(Qt::WA_OpaquePaintEvent, false); // what lies below shows beside the handle
    if (auto* view = qobject_cast<QAbstractItemView*>(widget)) {
        view->setFrameShape(QFrame::NoFrame);
        view->setBackgroundRole(QPalette::Base); // below its scroll bars too
        view->setAutoFillBackground(true);
    }
    if (widget->inherits("QTipLabel"))
        widget->setContentsMargins(2, 0, 2, 0); // more than the frame's width, which it has at all sides
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    switch (metric) {
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_LineEditIconSize:
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return px(16);
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
        return px(8);
    case PM_SliderThickness:
    case PM_SliderControlThickness:
        return px(20);
    case PM_SliderLength:
        return px(16);
    case PM_SplitterWidth:
        return 14;
    case PM_ScrollBarExtent:
        return 10;
    case PM_ScrollBarSliderMin:
        return 28;
    case PM_MenuPanelWidth:
        return 1;
    case PM_MenuVMargin:
        return 5;
    case PM_MenuBarHMargin:
        return px(8);
    case PM_ToolTipLabelFrameWidth:
        return 6;
    case PM_MenuHMargin:
    case PM_MenuBarPanelWidth:
    case PM_MenuBarVMargin:
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_ScrollView_ScrollBarSpacing:
        return 0;
    case PM_FocusFrameHMargin: // also asked for by delegates
    case PM_FocusFrameVMargin:
        // Qt 6.4 does not say that its frame asks; item views, which ask for themselves, say so.
        return !widget || qobject_cast<const QFocusFrame*>(widget) ? focusFrameMargin : 0;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const
{
    switch (hint) {
    case SH_DialogButtonBox_ButtonsHaveIcons:
    case SH_EtchDisabledText:
    case SH_ComboBox_Popup:
        return 0;
    case SH_Table_GridLineColor:
        return static_cast<int>(colors().hairline.rgb());
    case SH_FocusFrame_AboveWidget:
        return 1;
    case SH_FocusFrame_Mask:
        return 0;
    case SH_Slider_AbsoluteSetButtons:
        return Qt::LeftButton;
    case SH_ToolTip_WakeUpDelay:
        return 500;
    case SH_ToolTipLabel_Opacity:
        return 255;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& contents,
                              const QWidget* widget) const
{
    switch (type) {
    case CT_PushButton:
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option))
            return buttonSize(*button, widget);
        break;
    case CT_ToolButton: {
        const int height = controlHeight(widget);
        return {std::max(contents.width() + px(10), height), height};
    }
    case CT_LineEdit:
        return {contents.width() + px(16), controlHeight(widget)};
    case CT_SpinBox:
    case CT_ComboBox:
        return {contents.width() + px(38), controlHeight(widget)};
    case CT_CheckBox:
    case CT_RadioButton: {
        const QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
        return {size.width() + 2, std::max(size.height(), px(26))};
    }
    case CT_MenuItem:
        if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option))
            return menuItemSize(*item, contents);
        break;
    case CT_MenuBarItem:
        return contents + QSize(px(20), px(12));
    case CT_HeaderSection:
        if (const auto* section = qstyleoption_cast<const QStyleOptionHeader*>(option))
            return headerSize(*section);
        break;
    case CT_ItemViewItem:
        if (isComboList(widget)) {
            const QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
            return {size.width() + 2 * px(9), std::max(size.height(), px(26))};
        }
        break;
    default:
        break;
    }
    return QProxyStyle::sizeFromContents(type, option, contents, widget);
}

QRect Style::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const
{
    if (element == SE_LineEditContents) {
        const bool framed = qobject_cast<const QLineEdit*>(widget) && static_cast<const QLineEdit*>(widget)->hasFrame();
        return framed ? option->rect.adjusted(px(7), 1, -px(7), -1) : option->rect;
    }
    if (element == SE_PushButtonContents || element == SE_PushButtonFocusRect)
        return option->rect;
    if (element == SE_HeaderLabel || element == SE_HeaderArrow)
        if (const auto* section = qstyleoption_cast<const QStyleOptionHeader*>(option))
            return element == SE_HeaderLabel ? headerLabelRect(*section) : headerArrowRect(*section);
    if (element == SE_ShapedFrameContents && widget && widget->inherits("QComboBoxPrivateContainer"))
        return option->rect.adjusted(1, 5, -1, -5);
    const auto* item = qstyleoption_cast<const QStyleOptionViewItem*>(option);
    if (item && isComboList(widget)) {
        QStyleOptionViewItem inner = *item;
        inner.rect.adjust(px(9), 0, -px(9), 0);
        return QProxyStyle::subElementRect(element, &inner, widget);
    }
    return QProxyStyle::subElementRect(element, option, widget);
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl sub,
                            const QWidget* widget) const
{
    const QRect r = option->rect;
    const int arrow = px(26);
    if (control == CC_SpinBox) {
        const int half = r.height() / 2;
        switch (sub) {
        case SC_SpinBoxUp:
            return visualRect(option->direction, r, QRect(r.right() - arrow, r.top(), arrow, half));
        case SC_SpinBoxDown:
            return visualRect(option->direction, r, QRect(r.right() - arrow, r.top() + half, arrow, r.height() - half));
        case SC_SpinBoxEditField:
            return visualRect(option->direction, r, r.adjusted(px(9), 1, -arrow, -1));
        default:
            return r;
        }
    }
    if (control == CC_ComboBox) {
        switch (sub) {
        case SC_ComboBoxArrow:
            return visualRect(option->direction, r, QRect(r.right() - arrow, r.top(), arrow, r.height()));
        case SC_ComboBoxEditField:
            return visualRect(option->direction, r, r.adjusted(px(9), 1, -arrow, -1));
        case SC_ComboBoxListBoxPopup:
            return r.adjusted(0, 2, 0, 2);
        default:
            return r;
        }
    }
    if (control == CC_ScrollBar)
        if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option))
            return scrollBarRect(*bar, sub);
    return QProxyStyle::subControlRect(control, option, sub, widget);
}

} // namespace fettle::ui
