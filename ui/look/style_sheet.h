// SPDX-License-Identifier: GPL-3.0-or-later
// The stylesheet and the palette that are made from the tokens.
#pragma once

#include <QPalette>
#include <QString>

namespace fettle::ui
{

QString makeStyleSheet();
QPalette makePalette();

} // namespace fettle::ui
