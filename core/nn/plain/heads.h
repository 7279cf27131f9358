// SPDX-License-Identifier: GPL-3.0-or-later
// What the plain forms of attention share.
#pragma once

#include "core/nn/dropout.h"
#include "core/nn/ops.h"

#include <ATen/ops/arange.h>

namespace fettle::plain
{

/// The factors of dropout, [heads, rows, keys]; undefined where nothing is dropped.
inline at::Tensor plainDropout(const DropoutDraw& draw, int64_t firstRow, int64_t heads, int64_t rows, int64_t keys,
                               const at::TensorOptions& options)
{
    if (!draw.threshold)
        return {};
    const at::Tensor numbers = at::arange(firstRow * heads, (firstRow + rows) * heads, options.dtype(at::kLong));
    return dropoutFactors(draw, numbers, keys, options).view({rows, heads, keys}).transpose(0, 1);
}

/// Rows [begin, begin + count) of [N, heads D] as [count, heads, D].
inline at::Tensor headsOf(const at::Tensor& out, const AttentionShape& shape, int64_t begin, int64_t count)
{
    return out.narrow(0, begin, count).view({count, shape.heads, shape.headDim});
}

/// run(begin, count) for each sequence that is not empty.
template <typename Run>
void forEachSequence(const Sequences& sequences, const Run& run)
{
    for (size_t b = 0; b + 1 < sequences.cu.size(); ++b)
        if (sequences.cu[b + 1] > sequences.cu[b])
            run(sequences.cu[b], sequences.cu[b + 1] - sequences.cu[b]);
}

} // namespace fettle::plain
