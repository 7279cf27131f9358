// SPDX-License-Identifier: GPL-3.0-or-later
// Passes over the text (epochs) in figures, the same wherever they are told.
#pragma once

#include <string>

namespace fettle
{

/// "3", "3.13", "0.01": two decimals, none where they are zeros; halves are rounded up.
std::string passesText(double passes);

} // namespace fettle
