// SPDX-License-Identifier: GPL-3.0-or-later
// How likely a text that came out of a guessed encoding is one that people write.
#pragma once

#include <string_view>

namespace fettle
{

/// The mean over what is not ASCII: 1 where every letter stands among its like, below 0 where capitals, signs or other
/// scripts stand inside words. `western`: letters that no Western language uses often count less.
double letterSense(std::u32string_view text, bool western);

} // namespace fettle
