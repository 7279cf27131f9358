// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/readable_pieces.h"

#include "core/base/text.h"
#include "core/tokenizers/tokenizer.h"

namespace fettle
{

namespace
{

bool isContinuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

} // namespace

bool sharesCharacter(std::string_view before, std::string_view next)
{
    if (next.empty() || !isContinuation(next.front()))
        return false;
    size_t begun = 0; // bytes of the last character that are there
    while (begun < before.size() && begun < 4 && isContinuation(before[before.size() - 1 - begun]))
        ++begun;
    if (begun == before.size())
        return false; // no character begins here
    const auto lead = static_cast<unsigned char>(before[before.size() - 1 - begun]);
    const size_t needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1;
    return begun + 1 < needed;
}

std::vector<ReadablePiece> readablePieces(const Tokenizer& tokenizer, std::span<const int32_t> ids)
{
    std::vector<ReadablePiece> pieces(ids.size());
    for (size_t first = 0; first < ids.size();) {
        std::string bytes = tokenizer.pieceBytes(ids[first]);
        size_t end = first + 1;
        for (; end < ids.size(); ++end) {
            const std::string next = tokenizer.pieceBytes(ids[end]);
            if (!sharesCharacter(bytes, next))
                break;
            bytes += next;
            pieces[end].continues = true;
        }
        const std::string text = toValidUtf8(bytes);
        for (; first < end; ++first)
            pieces[first].text = text;
    }
    return pieces;
}

} // namespace fettle
