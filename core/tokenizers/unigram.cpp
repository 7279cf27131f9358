// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/unigram.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tokenizers/unicode.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

Unigram::Unigram(std::vector<std::string> pieces, UnigramSettings unigram, PipelineSettings settings)
    : PipelineTokenizer(std::move(pieces), std::move(settings)), m_unigram(std::move(unigram)), m_trie(this->pieces())
{
    if (m_unigram.unknown && size_t(*m_unigram.unknown) >= m_unigram.scores.size())
        throw badInput(
            fmt::format("the unknown token has the id {}, and the vocabulary has {} tokens", *m_unigram.unknown,
                        m_unigram.scores.size()),
            "The model's unk_id, in tokenizer.json or the SentencePiece file, has to be the place of one of its "
            "vocabulary.",
            "model");
    constexpr double kPenalty = 10;
    if (!m_unigram.scores.empty())
        m_unknownScore = *std::min_element(m_unigram.scores.begin(), m_unigram.scores.end()) - kPenalty;
    m_byteIds.fill(-1);
    for (int byte = 0; byte < 256 && m_unigram.byteFallback; ++byte) {
        m_byteIds[size_t(byte)] = pieceIds().at(fmt::format("<0x{:02X}>", byte));
        m_hasBytes = m_hasBytes || m_byteIds[size_t(byte)] >= 0;
    }
    finish();
}

void Unigram::throwUnknown(std::string_view word, size_t at) const
{
    size_t end = at;
    unicode::nextCodePoint(word, end);
    throw badInput(fmt::format("the character {} is in no token of the vocabulary, and it has no unknown token",
                               shown(word.substr(at, end - at))),
                   "Name one as unk_id in tokenizer.json, or leave the character out.", "model");
}

/// The best way to each place; of two equally good ones the first found stays.
void Unigram::findBest(std::string_view word, std::vector<Step>& steps) const
{
    steps.assign(word.size() + 1, Step());
    const auto offer = [&](size_t to, size_t from, double score, int32_t id) {
        Step& step = steps[to];
        if (step.from < 0 || score > step.score)
            step = {score, int32_t(from), id};
    };
    for (size_t at = 0; at < word.size();) {
        size_t next = at;
        unicode::nextCodePoint(word, next);
        const double score = steps[at].score;
        bool single = false;
        m_trie.eachPrefix(word.substr(at), [&](size_t length, int32_t id) {
            offer(at + length, at, m_unigram.scores[size_t(id)] + score, id);
            single = single || length == next - at;
        });
        if (!single) {
            if (!m_unigram.unknown)
                throwUnknown(word, at);
            offer(next, at, m_unknownScore + score, *m_unigram.unknown);
        }
        at = next;
    }
}

void Unigram::encodeWord(std::string_view word, const uint32_t* origins, std::vector<Step>& steps,
                         std::vector<Piece>& found, TokenSink& sink) const
{
    findBest(word, steps);
    found.clear();
    const auto isUnknown = [&](int32_t id) { return m_unigram.unknown && id == *m_unigram.unknown; };
    for (size_t end = word.size(); end > 0; end = size_t(steps[end].from)) {
        const Step& step = steps[end];
        if (isUnknown(step.id) && !found.empty() && isUnknown(found.back().id))
            found.back().begin = size_t(step.from); // neighbouring unknowns are one
        else
            found.push_back({size_t(step.from), end, step.id});
    }
    const auto add = [&](int32_t id, const Piece& piece) {
        if (origins)
            sink.add(id, origins[piece.begin], origins[piece.end - 1] + 1);
        else
            sink.add(id);
    };
    for (auto piece = found.rbegin(); piece != found.rend(); ++piece) {
        if (!isUnknown(piece->id)) {
            add(piece->id, *piece);
            continue;
        }
        const std::string_view text = word.substr(piece->begin, piece->end - piece->begin);
        const auto byteOf = [&](char c) { return m_byteIds[static_cast<unsigned char>(c)]; };
        if (const int32_t id = pieceIds().at(text); id >= 0) { // the unknown token itself, spelled out
            add(id, *piece);
        } else if (m_hasBytes && std::all_of(text.begin(), text.end(), [&](char c) { return byteOf(c) >= 0; })) {
            for (const char c : text)
                add(byteOf(c), *piece);
        } else if (origins) {
            sink.addText(piece->id, text, origins[piece->begin], origins[piece->end - 1] + 1);
        } else {
            sink.add(piece->id);
        }
    }
}

void Unigram::encodeWords(const Words& words, TokenSink& sink) const
{
    const WordCachePool::Lease lease(m_caches);
    std::vector<Step> steps;
    std::vector<Piece> found;
    for (const auto& [begin, end] : words.ranges) {
        const std::string_view word = words.text.substr(begin, end - begin);
        if (sink.offsets) {
            encodeWord(word, words.origins.data() + begin, steps, found, sink);
            continue;
        }
        if (word.size() > WordCache::kLongestWord) {
            encodeWord(word, nullptr, steps, found, sink);
            continue;
        }
        const uint64_t hash = hashText(word);
        WordCache::Entry& entry = (*lease).slot(hash);
        if (entry.holds(word, hash)) {
            sink.ids.insert(sink.ids.end(), entry.ids, entry.ids + entry.count);
            continue;
        }
        const size_t before = sink.ids.size();
        encodeWord(word, nullptr, steps, found, sink);
        const std::span<const int32_t> made = std::span(sink.ids).subspan(before);
        if (made.size() <= WordCache::kMostIds)
            entry.store(word, hash, made);
    }
}

} // namespace fettle
