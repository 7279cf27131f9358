// SPDX-License-Identifier: GPL-3.0-or-later
// Line icons of resources/icons, tinted with a colour by meaning; they follow the theme by themselves.
//
// Use: button->setIcon(icon("folder")); painter: paintIcon(painter, rect, "check", colors().accent).
// Names: arrow-right bookmark bulb chart check chevron-down/left/right/up chip clock close columns copy export file
// folder home info list lock minus more pause pen pin play plus refresh save search stop text trash undo updown
// warning.
#pragma once

#include "ui/look/theme.h"

#include <QIcon>

class QPainter;

namespace fettle::ui
{

/// Disabled icons are drawn in the border's colour. An unknown name gives an empty icon.
QIcon icon(const QString& name, Ink ink = Ink::Text);
/// A square picture of `size` logical pixels.
QPixmap iconPixmap(const QString& name, const QColor& color, int size, double devicePixelRatio);
void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, const QColor& color);

} // namespace fettle::ui
