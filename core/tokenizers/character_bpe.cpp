// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/character_bpe.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tokenizers/unicode.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

uint64_t pairOf(char32_t before, char32_t after)
{
    return (uint64_t(before) << 32) | after;
}

char32_t firstOf(std::string_view text)
{
    size_t at = 0;
    return unicode::nextCodePoint(text, at);
}

char32_t lastOf(std::string_view text)
{
    size_t at = text.size();
    return unicode::previousCodePoint(text, at);
}

bool isByteToken(std::string_view token)
{
    return token.size() == 6 && token.starts_with("<0x") && token.back() == '>';
}

} // namespace

CharacterBpe::CharacterBpe(std::vector<std::string> pieces, const MergeRules& merges, CharacterBpeSettings bpe,
                           PipelineSettings settings)
    : PipelineTokenizer(std::move(pieces), std::move(settings)), m_bpe(std::move(bpe)), m_merges(merges.rules.size())
{
    m_byteIds.fill(-1);
    bool allBytes = m_bpe.byteFallback;
    for (int byte = 0; byte < 256 && m_bpe.byteFallback; ++byte) {
        m_byteIds[size_t(byte)] = pieceIds().at(fmt::format("<0x{:02X}>", byte));
        allBytes = allBytes && m_byteIds[size_t(byte)] >= 0;
    }
    if (!m_bpe.unknownToken.empty())
        m_unknown = pieceIds().at(m_bpe.unknownToken);
    m_cutsUnknown = allBytes;
    m_dropsUnknown = m_bpe.unknownToken.empty() && !allBytes;
    const size_t prefix = m_bpe.continuingPrefix.size();
    for (size_t rank = 0; rank < merges.rules.size(); ++rank) {
        const MergeRules::Rule& rule = merges.rules[rank];
        const std::string_view tail = std::string_view(rule.right).substr(std::min(prefix, rule.right.size()));
        const auto idOf = [&](const std::string& token) { return merges.idOf(token, rule, pieceIds()); };
        const int32_t left = idOf(rule.left), right = idOf(rule.right);
        m_merges.insert(left, right, int32_t(rank), idOf(rule.left + std::string(tail)));
        m_cutsUnknown = m_cutsUnknown && !isByteToken(rule.left) && !isByteToken(rule.right);
        if (!rule.left.empty() && !tail.empty())
            m_neighbours.insert(pairOf(lastOf(rule.left), firstOf(tail)));
    }
    finish();
}

/// Whether no merge can ever join what stands on both sides: then each side can be cut by itself, with the same tokens.
bool CharacterBpe::mayCut(std::string_view before, std::string_view after) const
{
    if (m_neighbours.contains(pairOf(firstOf(before), firstOf(after))))
        return false;
    return m_cutsUnknown || (pieceIds().at(before) >= 0 && pieceIds().at(after) >= 0);
}

void CharacterBpe::encodeWords(const Words& words, TokenSink& sink) const
{
    Scratch scratch;
    const WordCachePool::Lease lease(m_caches);
    for (const auto& [begin, end] : words.ranges)
        encodeWord(words.text.substr(begin, end - begin), sink.offsets ? words.origins.data() + begin : nullptr, *lease,
                   scratch, sink);
}

void CharacterBpe::encodeWord(std::string_view word, const uint32_t* origins, WordCache& cache, Scratch& scratch,
                              TokenSink& sink) const
{
    if (m_bpe.ignoreMerges)
        if (const int32_t id = pieceIds().at(word); id >= 0)
            return origins ? sink.add(id, origins[0], origins[word.size() - 1] + 1) : sink.add(id);
    // A whole text may be one word: cut where nothing can change by it, words come back and are remembered.
    // Offsets move on by what tokens cover, so that characters left out shift what follows, to the end of the word.
    const bool plain = m_bpe.continuingPrefix.empty() && m_bpe.wordSuffix.empty() && !(origins && m_dropsUnknown);
    size_t begin = 0, before = 0, at = 0;
    unicode::nextCodePoint(word, at);
    while (at < word.size()) {
        size_t next = at;
        unicode::nextCodePoint(word, next);
        if (plain && mayCut(word.substr(before, at - before), word.substr(at, next - at))) {
            encodeSegment(word.substr(begin, at - begin), origins ? origins + begin : nullptr, begin == 0, false, cache,
                          scratch, sink);
            begin = at;
        }
        before = at;
        at = next;
    }
    encodeSegment(word.substr(begin), origins ? origins + begin : nullptr, begin == 0, true, cache, scratch, sink);
}

void CharacterBpe::encodeSegment(std::string_view segment, const uint32_t* origins, bool first, bool last,
                                 WordCache& cache, Scratch& scratch, TokenSink& sink) const
{
    const bool cached = !origins && segment.size() <= WordCache::kLongestWord;
    const uint64_t hash = cached ? hashText(segment) : 0;
    WordCache::Entry* entry = cached ? &cache.slot(hash) : nullptr;
    if (cached && entry->holds(segment, hash)) {
        sink.ids.insert(sink.ids.end(), entry->ids, entry->ids + entry->count);
        return;
    }
    spell(segment, first, last, scratch.symbols);
    m_merges.apply(scratch.symbols);
    if (origins) {
        size_t begin = 0;
        for (const BpeSymbol& symbol : scratch.symbols) {
            const size_t end = begin + symbol.bytes, limit = segment.size() - 1; // bytes of marks go beyond
            sink.add(symbol.id, origins[std::min(begin, limit)], origins[std::min(end - 1, limit)] + 1);
            begin = end;
        }
        return;
    }
    scratch.ids.clear();
    for (const BpeSymbol& symbol : scratch.symbols)
        scratch.ids.push_back(symbol.id);
    sink.ids.insert(sink.ids.end(), scratch.ids.begin(), scratch.ids.end());
    if (cached && scratch.ids.size() <= WordCache::kMostIds)
        entry->store(segment, hash, scratch.ids);
}

void CharacterBpe::spell(std::string_view segment, bool first, bool last, std::vector<BpeSymbol>& symbols) const
{
    symbols.clear();
    uint32_t unknownBytes = 0; // of an unknown run that still waits for its end
    const auto flush = [&] {
        if (unknownBytes > 0)
            symbols.push_back({m_unknown, unknownBytes});
        unknownBytes = 0;
    };
    const bool plain = m_bpe.continuingPrefix.empty() && m_bpe.wordSuffix.empty();
    std::string marked;
    for (size_t at = 0; at < segment.size();) {
        const size_t begin = at;
        unicode::nextCodePoint(segment, at);
        const std::string_view character = segment.substr(begin, at - begin);
        std::string_view token = character;
        if (!plain) {
            marked = begin > 0 || !first ? m_bpe.continuingPrefix : "";
            marked += character;
            if (at == segment.size() && last)
                marked += m_bpe.wordSuffix;
            token = marked;
        }
        if (const int32_t id = pieceIds().at(token); id >= 0) {
            flush();
            symbols.push_back({id, uint32_t(character.size())});
            continue;
        }
        const auto isToken = [&](char byte) { return m_byteIds[static_cast<unsigned char>(byte)] >= 0; };
        if (m_bpe.byteFallback && std::all_of(token.begin(), token.end(), isToken)) {
            for (const char byte : token)
                symbols.push_back({m_byteIds[static_cast<unsigned char>(byte)], 1});
            continue;
        }
        if (m_unknown < 0 && !m_bpe.unknownToken.empty())
            throw badInput(fmt::format("the vocabulary lacks {}, and its token for unknown characters (\"{}\") as well",
                                       shown(token), m_bpe.unknownToken),
                           "The model's unk_token in tokenizer.json has to be one of its vocabulary.", "model");
        if (m_unknown < 0)
            continue;
        if (!m_bpe.fuseUnknown)
            flush();
        unknownBytes += uint32_t(character.size());
    }
    flush();
}

} // namespace fettle
