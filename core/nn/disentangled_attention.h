// SPDX-License-Identifier: GPL-3.0-or-later
// Attention that looks at what two tokens say and at their distance apart from each other (He et al.,
// arXiv:2006.03654).
#pragma once

#include "core/nn/ops.h"

namespace fettle
{

/// What is known of two tokens' distance: the place of the key minus that of the query.
struct Distances {
    at::Tensor places; ///< [N], int64: each token's in its sequence
    at::Tensor rows;   ///< [2 farthest + 1], int64: what stands for the distances -farthest ... farthest, never falling
    int64_t farthest = 0;
    bool contentToPosition = true; ///< a query meets the key of the distance
    bool positionToContent = true; ///< a key meets the query of the distance

    // Columns of a row that stands for a distance: keys, then queries, each of all heads and where there are any.
    int64_t queryColumn(const AttentionShape& shape) const
    {
        return contentToPosition ? shape.heads * shape.headDim : 0;
    }
    int64_t width(const AttentionShape& shape) const
    {
        return (int64_t{contentToPosition} + int64_t{positionToContent}) * shape.heads * shape.headDim;
    }
};
using DistancesPtr = std::shared_ptr<const Distances>;

/// Attention of all tokens of a sequence, with as many heads of keys as of queries. A score is the sum, scaled, of
/// query times key, query times the distance's key, and key times the distance's query; one of the latter two may be
/// missing. `relative` [rows, width] is what stands for the distances.
Var disentangledAttention(Tape& tape, const Var& qkv, const Var& relative, const SequencesPtr& sequences,
                          const DistancesPtr& distances, const AttentionShape& shape);

} // namespace fettle
