// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/attention.h"
#include "core/nn/dropout.h"
#include "core/nn/matmul/matmul.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/softmax.h>
#include <limits>

namespace fettle
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

} // namespace

at::Tensor attendPlain(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionShape& shape,
                       const DropoutDraw& draw, int64_t firstRow)
{
    at::Tensor probabilities = plainProbabilities(q.transpose(0, 1), headsFirst(k, shape.heads), shape);
    if (const at::Tensor factors = plainDropout(draw, firstRow, shape.heads, q.size(0), k.size(0), q.options());
        factors.defined())
        probabilities = probabilities * factors;
    return batchedMatmul(probabilities, headsFirst(v, shape.heads)).transpose(0, 1);
}

void attendPlainBackward(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& dOut,
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

} // namespace fettle
