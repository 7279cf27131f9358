// SPDX-License-Identifier: GPL-3.0-or-later
// Guesses at encodings that no mark and no rule of form gives away. Each looks at a sample of the bytes.
#pragma once

#include "core/data/charset.h"

#include <optional>
#include <string_view>

namespace fettle
{

/// UTF-16 without a byte-order mark.
std::optional<Charset> guessUtf16(std::string_view bytes);
/// ISO-2022 and its kin: seven bits, other scripts behind escapes.
std::optional<Charset> guessEscaped(std::string_view bytes);
/// The encodings of one country (Windows-1252, Mac Roman, Shift_JIS …): what ICU's statistics and the neighbourhood of
/// every letter make likely. Nothing where no encoding makes sense.
std::optional<Charset> guessLegacy(std::string_view bytes);

} // namespace fettle
