// SPDX-License-Identifier: GPL-3.0-or-later
// Colour tokens of the window, light and dark, the text size, and the one object that says which of them hold now.
//
// Use: paint with `colors().accent`, `px(30)`; widgets learn of a change by Qt's StyleChange, others by Theme::changed.
#pragma once

#include <QColor>
#include <QObject>
#include <QString>
#include <array>

class QDBusVariant;
class QPalette;

namespace fettle::ui
{

/// The tokens of the design; every text colour holds 4.5:1 on its grounds (tests/ui/test_theme.cpp).
struct Palette {
    QColor window, rail, card;
    QColor hover, hairline, grid, track; ///< decoration
    QColor text, text2, border;          ///< border: of controls
    QColor accent, onAccent, tint;       ///< "you are here"; what stands on it; its ground
    QColor warning, warningGround;
    QColor error, errorGround;
    QColor training, trainingRaw;    ///< curves: smoothed, each step
    QColor graded, gradedGround;     ///< a token that is graded
    QColor validation;               ///< curve and best
    std::array<QColor, 4> overlay;   ///< runs laid over each other
    QColor masked, maskedGround;     ///< [MASK]
    QColor replaced, replacedGround; ///< a token that was exchanged (dashed)
    QColor neutral;                  ///< bars that are not "here" (before, base)
};
const Palette& lightPalette();
const Palette& darkPalette();

/// Colours by meaning, for text and icons.
enum class Ink { Text, Text2, Accent, OnAccent, Warning, Error, Border, Training, Validation };

enum class ThemeChoice { System, Light, Dark };

class Theme : public QObject
{
    Q_OBJECT

public:
    static Theme& instance();

    const Palette& palette() const;
    QColor ink(Ink ink) const;
    bool isDark() const { return m_dark; }

    ThemeChoice choice() const { return m_choice; }
    void setChoice(ThemeChoice choice);

    double textScale() const { return m_scale; }
    void setTextScale(double scale); ///< 1.0 to 2.0
    /// No easing, texts appear by the sentence.
    bool reducedMotion() const { return m_reducedMotion; }
    void setReducedMotion(bool reduced);

    /// Reads what the desktop wishes (portal, else the platform's palette) and follows it. Call once, with a
    /// QApplication.
    void followSystem();

Q_SIGNALS:
    void changed(); ///< colours, text size or motion; widgets have had their StyleChange by then

private:
    Theme();
    void update();
    void onPortalValue(uint scheme);
    Q_SLOT void onPortalChanged(const QString& group, const QString& key, const QDBusVariant& value);

    ThemeChoice m_choice = ThemeChoice::System;
    bool m_systemDark = false;
    bool m_dark = false;
    bool m_reducedMotion = false;
    double m_scale = 1.0;
};

inline const Palette& colors()
{
    return Theme::instance().palette();
}
/// The tokens as stock controls ask for them; in a list what is selected stands on a ground of its own.
QPalette makePalette();
QPalette makeListPalette(const QColor& selected);
/// A length that grows with the text size.
int px(double length);

} // namespace fettle::ui
