// SPDX-License-Identifier: GPL-3.0-or-later
// What every tokenizer does alike.
#include "core/tokenizers/tokenizer.h"

#include "core/base/text.h"

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

std::string Tokenizer::pieceBytes(int32_t id) const
{
    return idToToken(id);
}

std::string Tokenizer::pieceText(int32_t id) const
{
    return toValidUtf8(pieceBytes(id));
}

} // namespace fettle
