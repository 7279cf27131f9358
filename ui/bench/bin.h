// SPDX-License-Identifier: GPL-3.0-or-later
// Moves a folder to the bin of the desktop.
#pragma once

#include <QString>

namespace fettle::ui
{

/// Empty where it worked; else why not, in words. What cannot reach a bin stays where it is.
QString moveToBin(const QString& path);

} // namespace fettle::ui
