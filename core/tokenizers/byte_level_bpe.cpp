// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/byte_level_bpe.h"

#include "core/tokenizers/byte_alphabet.h"

#include <algorithm>
#include <unordered_set>

namespace fettle
{

ByteLevelBpe::ByteLevelBpe(std::vector<std::string> pieces, const MergeRules& merges, ByteLevelSettings byteLevel,
                           PipelineSettings settings)
    : PipelineTokenizer(std::move(pieces), std::move(settings)), m_byteLevel(std::move(byteLevel)),
      m_merges(merges.rules.size()), m_wholeWords(m_byteLevel.ignoreMerges ? this->pieces().size() : 0)
{
    for (int byte = 0; byte < 256; ++byte)
        m_byteIds[size_t(byte)] = pieceIds().at(byteToCharacter(static_cast<unsigned char>(byte)));
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

void ByteLevelBpe::cutWord(std::string_view word, std::vector<BpeSymbol>& symbols) const
{
    symbols.clear();
    if (m_byteLevel.ignoreMerges) {
        if (const int32_t id = m_wholeWords.at(word); id >= 0)
            return symbols.push_back({id, uint32_t(word.size())});
    }
    for (const char c : word)
        symbols.push_back({m_byteIds[static_cast<unsigned char>(c)], 1});
    m_merges.apply(symbols);
}

void ByteLevelBpe::encodePart(std::string_view text, const uint32_t* origins, bool startsText, TokenSink& sink) const
{
    if (!preTokenizer().empty())
        return PipelineTokenizer::encodePart(text, origins, startsText, sink);
    const WordCachePool::Lease lease(m_caches);
    encodePiece(text, origins, *lease, sink);
}

void ByteLevelBpe::encodeWords(const Words& words, TokenSink& sink) const
{
    const WordCachePool::Lease lease(m_caches);
    for (const auto& [begin, end] : words.ranges)
        encodePiece(words.text.substr(begin, end - begin), sink.offsets ? words.origins.data() + begin : nullptr,
                    *lease, sink);
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

bool hasAllBytes(const std::vector<std::string>& pieces)
{
    const std::unordered_set<std::string_view> known(pieces.begin(), pieces.end());
    for (int byte = 0; byte < 256; ++byte)
        if (!known.contains(byteToCharacter(static_cast<unsigned char>(byte))))
            return false;
    return true;
}

} // namespace fettle
