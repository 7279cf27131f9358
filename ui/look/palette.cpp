// SPDX-License-Identifier: GPL-3.0-or-later
// The two sets of colours, and the palette of Qt that is made of them.
#include "ui/look/theme.h"

#include <QPalette>

namespace fettle::ui
{

const Palette& lightPalette()
{
    static const Palette palette{
        .window = 0xF4F2EC,
        .rail = 0xE9E6DE,
        .card = 0xFDFCFA,
        .hover = 0xEFECE4,
        .hairline = 0xDCD8CE,
        .grid = 0xE9E6DE,
        .track = 0xDAD6CC,
        .text = 0x1D2321,
        .text2 = 0x555E5A,
        .border = 0x82817A,
        .accent = 0x0A6A61,
        .onAccent = 0xFFFFFF,
        .tint = 0xD9ECE8,
        .warning = 0x7D5200,
        .warningGround = 0xFAEFD6,
        .error = 0xA8261C,
        .errorGround = 0xFBE7E4,
        .training = 0x1D5FA6,
        .trainingRaw = 0x5F8ABF,
        .graded = 0x174C85,
        .gradedGround = 0xDCE8F5,
        .validation = 0xB6450A,
        .overlay = {QColor(0x1D5FA6), QColor(0xB6450A), QColor(0x7B2FD0), QColor(0x5A2A15)},
        .masked = 0xFFFFFF,
        .maskedGround = 0x2B3330,
        .replaced = 0x6A3A8C,
        .replacedGround = 0xEFE4F5,
        .neutral = 0x82817A,
    };
    return palette;
}

const Palette& darkPalette()
{
    static const Palette palette{
        .window = 0x161A1B,
        .rail = 0x101314,
        .card = 0x1D2223,
        .hover = 0x262C2D,
        .hairline = 0x313839,
        .grid = 0x283031,
        .track = 0x353D3E,
        .text = 0xE6E9E6,
        .text2 = 0xA4AEAB,
        .border = 0x747F7F,
        .accent = 0x5AC3B3,
        .onAccent = 0x06211D,
        .tint = 0x17393A,
        .warning = 0xE9B95C,
        .warningGround = 0x33290F,
        .error = 0xF2938A,
        .errorGround = 0x3B1D1A,
        .training = 0x6CB0F2,
        .trainingRaw = 0x4A78A6,
        .graded = 0xA9D0F7,
        .gradedGround = 0x1B3550,
        .validation = 0xF59054,
        .overlay = {QColor(0x6CB0F2), QColor(0xF59054), QColor(0xDCE45A), QColor(0xE9BFC0)},
        .masked = 0x161A1B,
        .maskedGround = 0xD9DEDA,
        .replaced = 0xD6B5EE,
        .replacedGround = 0x37264A,
        .neutral = 0x747F7F,
    };
    return palette;
}

QPalette makePalette()
{
    const Palette& p = colors();
    QPalette result;
    const auto set = [&](QPalette::ColorRole role, const QColor& color) { result.setColor(role, color); };
    set(QPalette::Window, p.window);
    set(QPalette::WindowText, p.text);
    set(QPalette::Base, p.card);
    set(QPalette::AlternateBase, p.hover);
    set(QPalette::Text, p.text);
    set(QPalette::Button, p.card);
    set(QPalette::ButtonText, p.text);
    set(QPalette::BrightText, p.onAccent);
    set(QPalette::ToolTipBase, p.card);
    set(QPalette::ToolTipText, p.text);
    set(QPalette::PlaceholderText, p.text2);
    set(QPalette::Highlight, p.accent);
    set(QPalette::HighlightedText, p.onAccent);
    set(QPalette::Link, p.accent);
    set(QPalette::LinkVisited, p.accent);
    set(QPalette::Light, p.card);
    set(QPalette::Midlight, p.hover);
    set(QPalette::Mid, p.hairline);
    set(QPalette::Dark, p.border);
    set(QPalette::Shadow, p.hairline);
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        result.setColor(QPalette::Disabled, role, p.text2);
    return result;
}

QPalette makeListPalette(const QColor& selected)
{
    QPalette result = makePalette();
    result.setColor(QPalette::Highlight, selected);
    result.setColor(QPalette::HighlightedText, colors().text);
    return result;
}

} // namespace fettle::ui
