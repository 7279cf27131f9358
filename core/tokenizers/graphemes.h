// SPDX-License-Identifier: GPL-3.0-or-later
// What people take for one character: extended grapheme clusters.
// Source: Unicode Standard Annex 29, rules GB3 to GB999, Unicode 16.
#pragma once

#include <cstddef>
#include <string_view>

namespace fettle::unicode
{

/// The end of the cluster that starts at byte `at` of valid UTF-8 (at < text.size()).
size_t graphemeEnd(std::string_view text, size_t at);

} // namespace fettle::unicode
