// SPDX-License-Identifier: GPL-3.0-or-later
// How every control looks: one QStyle that measures and paints all stock controls from the tokens.
//
// Use: applyStyle(app) once. Buttons: setLook(button, Look::Primary); setSize(button, ControlSize::Small). Fields:
// setSize; setProblem(field, true) draws the border in the error's colour. Everything follows Theme::changed by itself.
#pragma once

#include <QProxyStyle>

class QApplication;
class QAbstractButton;
class QStyleOptionButton;
class QStyleOptionHeader;
class QStyleOptionMenuItem;
class QStyleOptionSlider;

namespace fettle::ui
{

enum class Look {
    Outlined, ///< default
    Primary,  ///< filled; one a page
    Ghost,    ///< no frame until hovered: icon buttons, quiet actions
    Link,     ///< accent text without a frame
    Choice,   ///< outlined card; checked: accent border on tint (presets, prompts)
    Segment,  ///< part of a SegmentedControl
    Quiet,    ///< a small link beside a value, underlined when hovered
};
enum class ControlSize {
    Small,  ///< 26
    Normal, ///< 30
    Large,  ///< 36
};

void applyStyle(QApplication& app);
void setLook(QAbstractButton* button, Look look);
void setSize(QWidget* control, ControlSize size);
/// A field whose value is wrong: 2 px border in the error's colour.
void setProblem(QWidget* field, bool wrong);
/// Radius of the focus ring around a widget that is no plain control (default 5); negative: the widget paints its own.
void setFocusRadius(QWidget* widget, int radius);
/// A radio mark, as in a radio button.
void paintRadio(QPainter& painter, const QRectF& square, bool on, bool enabled = true);

class Style : public QProxyStyle
{
    Q_OBJECT

public:
    Style();

    void polish(QWidget* widget) override;
    using QProxyStyle::polish;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& contents,
                           const QWidget* widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl sub,
                         const QWidget* widget) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;

private:
    static Look lookOf(const QWidget* widget);
    static ControlSize sizeOf(const QWidget* widget);
    static int controlHeight(const QWidget* widget);
    /// The ground of what opens above the window.
    static void drawPanel(QPainter& painter, const QRect& rect, const QColor& border);
    void drawSlider(const QStyleOptionSlider& option, QPainter& painter) const;
    /// False: not one of ours.
    bool drawFrame(const QStyleOption& option, QPainter& painter, const QWidget* widget) const;
    void drawFocusFrame(const QStyleOption& option, QPainter& painter, const QWidget* widget) const;

    // style_buttons.cpp
    QSize buttonSize(const QStyleOptionButton& option, const QWidget* widget) const;
    void drawButton(const QStyleOptionButton& option, QPainter& painter, const QWidget* widget) const;
    void drawToolButton(const QStyleOption& option, QPainter& painter, const QWidget* widget) const;

    // style_menus.cpp
    QSize menuItemSize(const QStyleOptionMenuItem& item, const QSize& words) const;
    void drawMenuItem(const QStyleOptionMenuItem& item, QPainter& painter, const QWidget* menu) const;
    void drawMenuBar(const QStyleOption& option, QPainter& painter, const QWidget* bar) const;
    void drawMenuBarItem(const QStyleOptionMenuItem& item, QPainter& painter, const QWidget* bar) const;

    // style_views.cpp
    static bool isComboList(const QWidget* view);
    QSize headerSize(const QStyleOptionHeader& section) const;
    QRect headerLabelRect(const QStyleOptionHeader& section) const;
    QRect headerArrowRect(const QStyleOptionHeader& section) const;
    void drawHeader(const QStyleOptionHeader& section, QPainter& painter, const QWidget* widget) const;
    QRect scrollBarRect(const QStyleOptionSlider& bar, SubControl sub) const;
    void drawScrollBar(const QStyleOptionSlider& bar, QPainter& painter) const;
};

} // namespace fettle::ui
