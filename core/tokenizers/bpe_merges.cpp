// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/bpe_merges.h"

#include <algorithm>
#include <array>
#include <bit>
#include <queue>
#include <tuple>
#include <utility>

namespace fettle
{

namespace
{

constexpr size_t kShortWord = 48;

uint64_t pairOf(int32_t left, int32_t right)
{
    return (uint64_t(uint32_t(left)) << 32) | uint32_t(right);
}

size_t slotOf(uint64_t pair, size_t slots)
{
    const uint64_t hash = pair * 0x9E3779B97F4A7C15ull;
    return (hash ^ (hash >> 32)) & (slots - 1);
}

} // namespace

BpeMerges::BpeMerges(size_t expected) : m_slots(std::bit_ceil(expected * 2 + 16)) {}

void BpeMerges::insert(int32_t left, int32_t right, int32_t rank, int32_t merged)
{
    if (m_size * 2 >= m_slots.size()) {
        std::vector<Merge> old(m_slots.size() * 2);
        old.swap(m_slots);
        for (const Merge& merge : old)
            if (merge.pair != kNoPair)
                const_cast<Merge&>(find(int32_t(merge.pair >> 32), int32_t(uint32_t(merge.pair)))) = merge;
    }
    Merge& slot = const_cast<Merge&>(find(left, right));
    m_size += slot.pair == kNoPair;
    slot = {pairOf(left, right), rank, merged};
}

const BpeMerges::Merge& BpeMerges::find(int32_t left, int32_t right) const
{
    const uint64_t pair = pairOf(left, right);
    for (size_t at = slotOf(pair, m_slots.size());; at = (at + 1) & (m_slots.size() - 1))
        if (m_slots[at].pair == pair || m_slots[at].pair == kNoPair)
            return m_slots[at];
}

std::vector<BpeMerges::Rule> BpeMerges::rules() const
{
    std::vector<std::pair<int32_t, Rule>> ranked;
    for (const Merge& merge : m_slots)
        if (merge.pair != kNoPair)
            ranked.push_back({merge.rank, {int32_t(merge.pair >> 32), int32_t(uint32_t(merge.pair)), merge.merged}});
    std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Rule> rules;
    for (const auto& [rank, rule] : ranked)
        rules.push_back(rule);
    return rules;
}

void BpeMerges::apply(std::vector<BpeSymbol>& word) const
{
    if (word.size() < 2)
        return;
    if (word.size() <= kShortWord)
        applyShort(word);
    else
        applyLong(word);
}

void BpeMerges::applyShort(std::vector<BpeSymbol>& word) const
{
    std::array<const Merge*, kShortWord> merges; // of word[i] and word[i + 1]
    size_t size = word.size();
    for (size_t i = 0; i + 1 < size; ++i)
        merges[i] = &find(word[i].id, word[i + 1].id);
    while (size > 1) {
        size_t best = 0;
        for (size_t i = 1; i + 1 < size; ++i)
            if (merges[i]->rank < merges[best]->rank)
                best = i;
        if (merges[best]->rank == kNoRank)
            break;
        word[best] = {merges[best]->merged, word[best].bytes + word[best + 1].bytes};
        --size;
        for (size_t i = best + 1; i < size; ++i)
            word[i] = word[i + 1];
        for (size_t i = best + 1; i + 1 < size; ++i)
            merges[i] = merges[i + 1];
        if (best + 1 < size)
            merges[best] = &find(word[best].id, word[best + 1].id);
        if (best > 0)
            merges[best - 1] = &find(word[best - 1].id, word[best].id);
    }
    word.resize(size);
}

void BpeMerges::applyLong(std::vector<BpeSymbol>& word) const
{
    struct Link {
        uint32_t before, after;
    };
    // Rank, position, and the two ids: a candidate whose ids no longer stand there is stale.
    using Candidate = std::tuple<int32_t, uint32_t, int32_t, int32_t>;
    const uint32_t size = uint32_t(word.size());
    constexpr uint32_t kGone = ~uint32_t(0);
    std::vector<Link> links(size);
    std::vector<Candidate> initial;
    initial.reserve(size);
    const auto candidate = [&](uint32_t left, uint32_t right, auto&& add) {
        if (const Merge& merge = find(word[left].id, word[right].id); merge.rank != kNoRank)
            add(Candidate{merge.rank, left, word[left].id, word[right].id});
    };
    for (uint32_t i = 0; i < size; ++i) {
        links[i] = {i - 1, i + 1};
        if (i + 1 < size)
            candidate(i, i + 1, [&](const Candidate& c) { initial.push_back(c); });
    }
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue({}, std::move(initial));
    while (!queue.empty()) {
        const auto [rank, left, leftId, rightId] = queue.top();
        queue.pop();
        const uint32_t right = links[left].after;
        if (right >= size || word[left].bytes == 0 || word[left].id != leftId || word[right].id != rightId)
            continue;
        word[left] = {find(leftId, rightId).merged, word[left].bytes + word[right].bytes};
        word[right].bytes = 0;
        links[left].after = links[right].after;
        if (links[left].after < size)
            links[links[left].after].before = left;
        const auto push = [&](const Candidate& c) { queue.push(c); };
        if (links[left].after < size)
            candidate(left, links[left].after, push);
        if (links[left].before != kGone)
            candidate(links[left].before, left, push);
    }
    std::erase_if(word, [](const BpeSymbol& symbol) { return symbol.bytes == 0; });
}

} // namespace fettle
