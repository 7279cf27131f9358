// SPDX-License-Identifier: GPL-3.0-or-later
// Pieces as people read them, where a character may lie in several of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

class Tokenizer;

struct ReadablePiece {
    std::string text;       ///< valid UTF-8; of pieces that share a character each has the text of them all
    bool continues = false; ///< holds more bytes of a character that the piece before it began
};

/// "ü" that is cut into its two bytes is two pieces that read "ü", the second of which continues.
std::vector<ReadablePiece> readablePieces(const Tokenizer& tokenizer, std::span<const int32_t> ids);

/// Whether `before` ends inside a character that `next` goes on with.
bool sharesCharacter(std::string_view before, std::string_view next);

} // namespace fettle
