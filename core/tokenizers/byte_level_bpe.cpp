// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/byte_level_bpe.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tokenizers/byte_alphabet.h"
#include "core/tokenizers/unicode.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

ByteLevelBpe::ByteLevelBpe(std::vector<std::string> pieces, const MergeRules& merges, ByteLevelSettings byteLevel,
                           PipelineSettings settings)
    : PipelineTokenizer(std::move(pieces), std::move(settings)), m_byteLevel(std::move(byteLevel)),
      m_merges(merges.rules.size()), m_wholeWords(m_byteLevel.ignoreMerges ? this->pieces().size() : 0)
{
    for (int byte = 0; byte < 256; ++byte)
        m_byteIds[size_t(byte)] = pieceIds().at(byteToCharacter(static_cast<unsigned char>(byte)));
    if (!m_byteLevel.unknownToken.empty())
        m_unknown = pieceIds().at(m_byteLevel.unknownToken);
    for (size_t rank = 0; rank < merges.rules.size(); ++rank) {
        const MergeRules::Rule& rule = merges.rules[rank];
        const auto idOf = [&](const std::string& token) { return merges.idOf(token, rule, pieceIds()); };
        const int32_t left = idOf(rule.left), right = idOf(rule.right);
        m_merges.insert(left, right, int32_t(rank), idOf(rule.left + rule.right));
    }
    if (m_byteLevel.ignoreMerges)
        for (size_t id = 0; id < this->pieces().size(); ++id)
            if (const auto bytes = charactersToBytes(this->pieces()[id]); bytes && !bytes->empty())
                m_wholeWords.insert(*bytes, int32_t(id));
    finish();
}

void ByteLevelBpe::normalize(std::string_view part, uint32_t firstCodePoint, bool wantOrigins,
                             NormalizedText& out) const
{
    m_byteLevel.normalizer.apply(part, firstCodePoint, wantOrigins, out);
}

void ByteLevelBpe::cutWord(std::string_view word, std::vector<BpeSymbol>& symbols) const
{
    symbols.clear();
    if (m_byteLevel.ignoreMerges) {
        if (const int32_t id = m_wholeWords.at(word); id >= 0)
            return symbols.push_back({id, uint32_t(word.size())});
    }
    uint32_t leftOut = 0; // bytes without a token still belong to the word: the next symbol covers them
    for (const char c : word) {
        const int32_t id = m_byteIds[static_cast<unsigned char>(c)];
        const bool unknown = id < 0;
        if (unknown && m_unknown < 0) {
            ++leftOut;
        } else if (unknown && m_byteLevel.fuseUnknown && !symbols.empty() && symbols.back().id == m_unknown) {
            symbols.back().bytes += 1;
        } else {
            symbols.push_back({unknown ? m_unknown : id, 1 + leftOut});
            leftOut = 0;
        }
    }
    m_merges.apply(symbols);
}

void ByteLevelBpe::encodePart(std::string_view text, const uint32_t* origins, bool startsText, TokenSink& sink) const
{
    const WordCachePool::Lease lease(m_caches);
    if (m_byteLevel.before.empty())
        return encodePiece(text, origins, *lease, sink);
    Words words;
    m_byteLevel.before.apply(text, origins, startsText, words);
    for (const auto& [begin, end] : words.ranges)
        encodePiece(words.text.substr(begin, end - begin), origins ? words.origins.data() + begin : nullptr, *lease,
                    sink);
}

void ByteLevelBpe::encodePiece(std::string_view text, const uint32_t* origins, WordCache& cache, TokenSink& sink) const
{
    std::string withSpace;
    const bool spaceAdded = m_byteLevel.addPrefixSpace && text[0] != ' ';
    if (spaceAdded) {
        withSpace.reserve(text.size() + 1);
        withSpace = ' ';
        text = withSpace += text;
    }
    std::vector<BpeSymbol> symbols;
    std::vector<int32_t> ids;
    for (size_t at = 0, end; at < text.size(); at = end) {
        end = wordEnd(m_byteLevel.split, text, at);
        const std::string_view word = text.substr(at, end - at);
        if (sink.offsets) {
            cutWord(word, symbols);
            size_t begin = at;
            for (const BpeSymbol& symbol : symbols) {
                const size_t last = begin + symbol.bytes - 1;
                const size_t shift = spaceAdded ? 1 : 0; // an added space counts as the character it stands before
                sink.add(symbol.id, origins[std::max(begin, shift) - shift],
                         origins[std::max(last, shift) - shift] + 1);
                begin = last + 1;
            }
            continue;
        }
        const bool cached = word.size() <= WordCache::kLongestWord;
        const uint64_t hash = cached ? hashText(word) : 0;
        WordCache::Entry* entry = cached ? &cache.slot(hash) : nullptr;
        if (cached && entry->holds(word, hash)) {
            sink.ids.insert(sink.ids.end(), entry->ids, entry->ids + entry->count);
            continue;
        }
        cutWord(word, symbols);
        ids.clear();
        for (const BpeSymbol& symbol : symbols)
            ids.push_back(symbol.id);
        sink.ids.insert(sink.ids.end(), ids.begin(), ids.end());
        if (cached && ids.size() <= WordCache::kMostIds)
            entry->store(word, hash, ids);
    }
}

void ByteLevelBpe::adjustOffsets(std::string_view text, Encoding& encoding) const
{
    if (!m_byteLevel.trimOffsets)
        return;
    const auto isTrimmed = [](char32_t c) { return c == 0x120 || (unicode::classes()[c] & unicode::Space); };
    const std::u32string original = decodeUtf8(text);
    for (size_t i = 0; i < encoding.ids.size(); ++i) {
        auto& [begin, end] = encoding.offsets[i];
        // An added token is seen as it stands in the text, with the white space it swallowed.
        const std::u32string token = added().byId(encoding.ids[i]) ? original.substr(size_t(begin), size_t(end - begin))
                                                                   : decodeUtf8(idToToken(encoding.ids[i]));
        const auto leading = std::find_if_not(token.begin(), token.end(), isTrimmed) - token.begin();
        const auto trailing = std::find_if_not(token.rbegin(), token.rend(), isTrimmed) - token.rbegin();
        if (leading > 0) {
            const bool keepsFirst = (i == 0 || begin == 0) && m_byteLevel.trimPrefixSpace;
            begin = std::min(begin + int32_t(leading) - int32_t(keepsFirst), end);
        }
        if (trailing > 0 && end >= trailing)
            end = std::max(end - int32_t(trailing), begin);
    }
}

bool ByteLevelBpe::isByte(int32_t id) const
{
    return std::find(m_byteIds.begin(), m_byteIds.end(), id) != m_byteIds.end();
}

std::string ByteLevelBpe::decode(std::span<const int32_t> ids, bool skipSpecialTokens) const
{
    std::string bytes;
    for (const int32_t id : ids)
        if (!(skipSpecialTokens && isSkipped(id)))
            bytes += pieceBytes(id);
    return toValidUtf8(bytes);
}

std::string ByteLevelBpe::pieceBytes(int32_t id) const
{
    // A single byte stays one, though a token of that character may have been added under its id.
    if (const AddedToken* token = added().byId(id); token && !isByte(id))
        return token->content;
    if (id < 0 || size_t(id) >= pieces().size())
        return {};
    return charactersToBytes(pieces()[size_t(id)]).value_or(pieces()[size_t(id)]);
}

} // namespace fettle
