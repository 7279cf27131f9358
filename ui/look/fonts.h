// SPDX-License-Identifier: GPL-3.0-or-later
// The three voices: a sans for the program, its mono for figures and tokens, a book serif for what a model wrote.
#pragma once

#include <QFont>

namespace fettle::ui
{

/// Sizes in pixels at 100 %.
enum class Type {
    Title,      ///< 22, 600
    CardTitle,  ///< 14, 600
    Body,       ///< 13
    BodyStrong, ///< 13, 600
    Button,     ///< 13, 500
    Primary,    ///< 14, 600
    Help,       ///< 12
    HelpStrong, ///< 12, 500
    Mono,       ///< 12
    MonoBig,    ///< 14, the strip
    Figure,     ///< 19 mono: the few numbers that a page is about
    Hero,       ///< 28 sans, 600: the forecast's time
    Serif,      ///< 16: what a model wrote
    SerifSmall, ///< 15
};

/// At the current text size.
QFont font(Type type);
/// Line height in pixels of texts in serif (1.5 lines), for FixedHeight blocks.
int serifLineHeight(Type type);

} // namespace fettle::ui
