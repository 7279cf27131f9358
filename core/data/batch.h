// SPDX-License-Identifier: GPL-3.0-or-later
// A packed batch: sequences laid end to end, no padding anywhere.
#pragma once

#include <cstdint>
#include <vector>

namespace fettle
{

inline constexpr int64_t ignoredLabel = -100;

/// N = tokens of all B sequences. This is what the model trains on and what the window shows.
struct PackedBatch {
    std::vector<int64_t> inputIds;     ///< [N], masked words already replaced
    std::vector<int64_t> positionIds;  ///< [N]
    std::vector<int64_t> tokenTypeIds; ///< [N], zeros unless the rows give them
    /// [N]: what position i must predict, or ignoredLabel. Causal: the next token of the same sequence (already
    /// shifted); masked: the original token at a drawn position.
    std::vector<int64_t> targets;
    std::vector<int32_t> cuSeqlens; ///< [B+1], first 0, last N
    int32_t maxSeqlen = 0;
    int64_t gradedTokens = 0; ///< targets that are not ignoredLabel

    // The shape of transformers' input_ids for the same batch: rows padded to the longest of them. Where rows of a
    // block are read apart it is [1, N]: trl's packing and transformers' DataCollatorWithFlattening lay all of a batch
    // end to end, and nothing is padded.
    int64_t paddedLength = 0; ///< columns
    int64_t paddedTokens = 0; ///< rows x columns

    // For people, not for the model:
    std::vector<int64_t> originalIds; ///< [N], before masking
    std::vector<int64_t> rows;        ///< [B], index of the example in its data set; it may have several sequences

    int64_t tokens() const { return static_cast<int64_t>(inputIds.size()); }
    int64_t sequences() const { return static_cast<int64_t>(cuSeqlens.size()) - 1; }
};

} // namespace fettle
