// SPDX-License-Identifier: GPL-3.0-or-later
// Byte-pair merging: joins the two neighbours whose merge ranks first, until no merge is left.
// Source: Sennrich, Haddow, Birch 2016, "Neural Machine Translation of Rare Words with Subword Units".
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fettle
{

/// A token on the way: its id and how many bytes of the word it covers.
struct BpeSymbol {
    int32_t id;
    uint32_t bytes;
};

class BpeMerges
{
public:
    explicit BpeMerges(size_t expected = 0);
    /// The later of two merges of one pair counts, as in the reference.
    void insert(int32_t left, int32_t right, int32_t rank, int32_t merged);
    /// A pair of neighbours, and what they become.
    struct Rule {
        int32_t left, right, merged;
    };
    /// All of them, the first in rank first.
    std::vector<Rule> rules() const;
    /// In place. Short words by search, long ones (up to megabytes) through a heap.
    void apply(std::vector<BpeSymbol>& word) const;

private:
    struct Merge {
        uint64_t pair = kNoPair;
        int32_t rank = kNoRank, merged = -1;
    };
    static constexpr uint64_t kNoPair = ~uint64_t(0);
    static constexpr int32_t kNoRank = 0x7FFFFFFF;

    const Merge& find(int32_t left, int32_t right) const;
    void applyShort(std::vector<BpeSymbol>& word) const;
    void applyLong(std::vector<BpeSymbol>& word) const;

    std::vector<Merge> m_slots;
    size_t m_size = 0;
};

} // namespace fettle
