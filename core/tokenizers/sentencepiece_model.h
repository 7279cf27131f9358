// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in a SentencePiece model file (tokenizer.model, spm.model and their like): its protocol buffer, read
// without Google's library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

struct SentencePieceModel {
    enum class Type { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };
    enum class Algorithm { Unigram = 1, Bpe = 2, Word = 3, Character = 4 };
    struct Piece {
        std::string text;
        float score = 0;
        Type type = Type::Normal;
    };
    std::vector<Piece> pieces; ///< by id
    Algorithm algorithm = Algorithm::Unigram;
    std::string characterMap;    ///< bytes of the rules by which characters are rewritten before cutting; empty: none
    int32_t unknown = 0;         ///< the id that the trainer gave to what it does not know
    bool addsPrefix = true;      ///< a space before the text
    bool spacesAsSuffix = false; ///< "the▁" instead of "▁the"
    bool hasTrainer = false, hasNormalizer = false; ///< whether the settings of either stand in the file

    /// Throws BadInput (subject "model") where the bytes of the file `source` are no such model, or a piece is of a
    /// type that is not known.
    static SentencePieceModel parse(std::string_view bytes, const std::string& source);
};

} // namespace fettle
