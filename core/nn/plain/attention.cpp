// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/dropout.h"
#include "core/nn/forms.h"
#include "core/nn/matmul/matmul.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/softmax.h>
#include <limits>

namespace fettle::plain
{

namespace
{

// [rows, kvHeads, D] to [heads, rows, D], keys and values repeated for the heads of their group.
at::Tensor headsFirst(const at::Tensor& x, int64_t heads)
{
    return x.repeat_interleave(heads / x.size(1), 1).transpose(0, 1);
}

// Back: sums over the heads of a group; [heads, rows, D] to [rows, kvHeads, D].
at::Tensor groupSums(const at::Tensor& x, int64_t kvHeads)
{
    return x.view({kvHeads, -1, x.size(1), x.size(2)}).sum(1).transpose(0, 1);
}

at::Tensor plainProbabilities(const at::Tensor& q, const at::Tensor& k, const AttentionShape& shape)
{
    at::Tensor scores = batchedMatmul(q, k.transpose(1, 2)) * shape.scale;
    if (shape.causal) {
        const int64_t rows = q.size(1), keys = k.size(1);
        const at::Tensor hidden = at::ones({rows, keys}, q.options().dtype(at::kBool)).triu(keys - rows + 1);
        scores = scores.masked_fill(hidden, -std::numeric_limits<double>::infinity());
    }
    return at::softmax(scores, -1);
}

// [heads, rows, keys]; undefined where nothing is dropped.
at::Tensor plainDropout(const DropoutDraw& draw, int64_t firstRow, int64_t heads, int64_t rows, int64_t keys,
                        const at::TensorOptions& options)
{
    if (!draw.threshold)
        return {};
    const at::Tensor numbers = at::arange(firstRow * heads, (firstRow + rows) * heads, options.dtype(at::kLong));
    return dropoutFactors(draw, numbers, keys, options).view({rows, heads, keys}).transpose(0, 1);
}

/// Attention of the rows of q [t, heads, D] over k, v [L, kvHeads, D]; causal: row i sees keys up to i + (L - t).
/// `firstRow` numbers the rows for dropout. Returns [t, heads, D].
at::Tensor attendRows(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionShape& shape,
                      const DropoutDraw& draw, int64_t firstRow)
{
    at::Tensor probabilities = plainProbabilities(q.transpose(0, 1), headsFirst(k, shape.heads), shape);
    if (const at::Tensor factors = plainDropout(draw, firstRow, shape.heads, q.size(0), k.size(0), q.options());
        factors.defined())
        probabilities = probabilities * factors;
    return batchedMatmul(probabilities, headsFirst(v, shape.heads)).transpose(0, 1);
}

/// The gradients of q, k and v, into dq, dk, dv of the same shapes (overwritten).
void attendRowsBackward(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& dOut,
                        const AttentionShape& shape, const DropoutDraw& draw, int64_t firstRow, const at::Tensor& dq,
                        const at::Tensor& dk, const at::Tensor& dv)
{
    const at::Tensor queries = q.transpose(0, 1), keys = headsFirst(k, shape.heads), gradient = dOut.transpose(0, 1);
    const at::Tensor probabilities = plainProbabilities(queries, keys, shape);
    const at::Tensor factors = plainDropout(draw, firstRow, shape.heads, q.size(0), k.size(0), q.options());
    const at::Tensor dropped = factors.defined() ? probabilities * factors : probabilities;
    at::Tensor dProbabilities = batchedMatmul(gradient, headsFirst(v, shape.heads).transpose(1, 2));
    if (factors.defined())
        dProbabilities = dProbabilities * factors;
    const at::Tensor dScores =
        probabilities * (dProbabilities - (probabilities * dProbabilities).sum(-1, true)) * shape.scale;
    dq.copy_(batchedMatmul(dScores, keys).transpose(0, 1));
    dk.copy_(groupSums(batchedMatmul(dScores.transpose(1, 2), queries), shape.kvHeads));
    dv.copy_(groupSums(batchedMatmul(dropped.transpose(1, 2), gradient), shape.kvHeads));
}

// Queries, keys and values of rows [begin, begin + count) of a qkv-shaped tensor: [count, heads, D].
struct QkvParts {
    at::Tensor q, k, v;
};

QkvParts partsOf(const at::Tensor& qkv, const AttentionShape& shape, int64_t begin, int64_t count)
{
    const at::Tensor rows = qkv.narrow(0, begin, count).view({count, shape.heads + 2 * shape.kvHeads, shape.headDim});
    return {rows.narrow(1, 0, shape.heads), rows.narrow(1, shape.heads, shape.kvHeads),
            rows.narrow(1, shape.heads + shape.kvHeads, shape.kvHeads)};
}

at::Tensor headsOf(const at::Tensor& out, const AttentionShape& shape, int64_t begin, int64_t count)
{
    return out.narrow(0, begin, count).view({count, shape.heads, shape.headDim});
}

template <typename Run>
void forEachSequence(const Sequences& sequences, const Run& run)
{
    for (size_t b = 0; b + 1 < sequences.cu.size(); ++b)
        if (sequences.cu[b + 1] > sequences.cu[b])
            run(sequences.cu[b], sequences.cu[b + 1] - sequences.cu[b]);
}

} // namespace

void attend(Tape&, const at::Tensor& qkv, const Sequences& sequences, const AttentionShape& shape,
            const DropoutDraw& draw, const at::Tensor& out, const at::Tensor&)
{
    forEachSequence(sequences, [&](int64_t begin, int64_t count) {
        const QkvParts parts = partsOf(qkv, shape, begin, count);
        headsOf(out, shape, begin, count).copy_(attendRows(parts.q, parts.k, parts.v, shape, draw, begin));
    });
}

void attendBackward(Tape&, const at::Tensor& qkv, const Sequences& sequences, const AttentionShape& shape,
                    const DropoutDraw& draw, const at::Tensor&, const at::Tensor&, const at::Tensor& gradient,
                    const at::Tensor& dQkv)
{
    forEachSequence(sequences, [&](int64_t begin, int64_t count) {
        const QkvParts parts = partsOf(qkv, shape, begin, count), grads = partsOf(dQkv, shape, begin, count);
        attendRowsBackward(parts.q, parts.k, parts.v, headsOf(gradient, shape, begin, count), shape, draw, begin,
                           grads.q, grads.k, grads.v);
    });
}

void attendCached(Tape&, const at::Tensor& qkv, const KvLayer& layer, int64_t length, const AttentionShape& shape,
                  const at::Tensor& out)
{
    const int64_t count = qkv.size(0), keys = length + count;
    const auto seen = [&](const at::Tensor& cache) {
        return cache.narrow(0, 0, keys).view({keys, shape.kvHeads, shape.headDim});
    };
    headsOf(out, shape, 0, count)
        .copy_(attendRows(partsOf(qkv, shape, 0, count).q, seen(layer.keys), seen(layer.values), shape, {}, 0));
}

} // namespace fettle::plain
