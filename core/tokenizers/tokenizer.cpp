// SPDX-License-Identifier: GPL-3.0-or-later
// What every tokenizer does alike.
#include "core/tokenizers/tokenizer.h"

namespace fettle
{

std::vector<int32_t> Tokenizer::encodeIds(std::string_view text, bool addSpecialTokens) const
{
    return encode(text, addSpecialTokens).ids;
}

const std::vector<std::string>& Tokenizer::notices() const
{
    static const std::vector<std::string> none;
    return none;
}

std::string Tokenizer::pieceText(int32_t id) const
{
    return idToToken(id);
}

} // namespace fettle
