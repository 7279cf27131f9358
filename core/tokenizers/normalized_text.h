// SPDX-License-Identifier: GPL-3.0-or-later
// A part of a text on its way through normalizers and pre-tokenizers, with the way back to the original characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// A part of a text after normalization.
struct NormalizedText {
    std::string_view text; ///< of `storage`, or the part itself where nothing was done to it
    std::string storage;
    std::vector<uint32_t> origins; ///< for each byte: the code point of the original text it came from; only if asked
};

/// origins of text that was not changed; it starts at code point `firstCodePoint` of the original text.
void identityOrigins(std::string_view part, uint32_t firstCodePoint, std::vector<uint32_t>& origins);

} // namespace fettle
