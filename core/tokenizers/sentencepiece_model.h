// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in a SentencePiece model file (tokenizer.model): a look at its protocol buffer, for what Google's library
// does not tell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

struct SentencePieceModel {
    enum class Type { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };
    struct Piece {
        std::string text;
        Type type = Type::Normal;
    };
    std::vector<Piece> pieces;    ///< by id
    bool isBpe = false;           ///< else unigram or another
    bool hasCharacterMap = false; ///< characters are rewritten before cutting
    bool addsPrefix = true;       ///< a space before the text
    bool spacesAsSuffix = false;  ///< "the▁" instead of "▁the"

    /// Throws BadInput (subject "model") where the bytes of the file `source` are no such model.
    static SentencePieceModel parse(std::string_view bytes, const std::string& source);
};

} // namespace fettle
