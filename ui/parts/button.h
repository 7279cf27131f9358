// SPDX-License-Identifier: GPL-3.0-or-later
// Push buttons in the window's looks, made in one line.
//
// Use: makeButton(tr("Add files…"), Look::Outlined, ControlSize::Normal, "plus", this).
//      makeIconButton("more", tr("More"), this): the words become tooltip and accessible name.
#pragma once

#include "ui/look/style.h"

#include <QPushButton>

namespace fettle::ui
{

/// The icon is painted in the colour of the button's text; `iconBehind`: "Next: Data >".
QPushButton* makeButton(const QString& text, Look look = Look::Outlined, ControlSize size = ControlSize::Normal,
                        const QString& icon = {}, QWidget* parent = nullptr, bool iconBehind = false);
QPushButton* makeIconButton(const QString& icon, const QString& name, QWidget* parent = nullptr,
                            ControlSize size = ControlSize::Small, Look look = Look::Outlined);
/// Exchanges the icon of a button made by one of these.
void setButtonIcon(QPushButton* button, const QString& icon);

} // namespace fettle::ui
