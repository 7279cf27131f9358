// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"
#include "core/nn/matmul/matmul.h"
#include "core/nn/plain/heads.h"
#include "core/nn/qkv_parts.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <limits>
#include <numeric>

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

/// Scores, scaled, falling with the distance, capped; [heads, rows, keys], the last row in the place of the last key.
at::Tensor plainScores(const at::Tensor& q, const at::Tensor& k, const AttentionShape& shape)
{
    at::Tensor scores = batchedMatmul(q, k.transpose(1, 2)) * shape.scale;
    const int64_t rows = q.size(1), keys = k.size(1);
    if (shape.alibi) {
        std::vector<double> slopes;
        for (int64_t head = 0; head < shape.heads; ++head)
            slopes.push_back(shape.headSlope(head));
        const auto wide = q.options().dtype(wideType(q.scalar_type()));
        const at::Tensor slope = at::tensor(slopes, wide).view({-1, 1, 1});
        const at::Tensor places = at::arange(keys, wide), own = at::arange(keys - rows, keys, wide).view({-1, 1});
        const auto risen = [&](const at::Tensor& t) {
            return (slope.to(at::kBFloat16) * t.to(at::kBFloat16)).to(wide);
        };
        const at::Tensor bias = shape.roundsAlibi ? (risen(places) - risen(own)) * shape.scale : slope * (places - own);
        scores = scores + bias.to(q.scalar_type());
    }
    return shape.cap != 0 ? at::tanh(scores / shape.cap) * shape.cap : scores;
}

at::Tensor plainProbabilities(const at::Tensor& scores, const AttentionShape& shape)
{
    const int64_t rows = scores.size(1), keys = scores.size(2);
    at::Tensor hidden = at::zeros({rows, keys}, scores.options().dtype(at::kBool));
    const at::Tensor all = at::ones_like(hidden);
    if (shape.causal)
        hidden = hidden.logical_or(all.triu(keys - rows + 1));
    if (shape.window > 0)
        hidden =
            hidden.logical_or(all.tril(keys - rows - shape.window)).logical_or(all.triu(keys - rows + shape.window));
    return at::softmax(scores.masked_fill(hidden, -std::numeric_limits<double>::infinity()), -1);
}

/// Attention of the rows of q [t, heads, D] over k, v [L, kvHeads, D]; causal: row i sees keys up to i + (L - t).
/// `firstRow` numbers the rows for dropout. Returns [t, heads, D].
at::Tensor attendRows(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionShape& shape,
                      const DropoutDraw& draw, int64_t firstRow)
{
    at::Tensor probabilities =
        plainProbabilities(plainScores(q.transpose(0, 1), headsFirst(k, shape.heads), shape), shape);
    if (const at::Tensor factors = plainDropout(draw, firstRow, shape.heads, q.size(0), k.size(0), q.options());
        factors.defined())
        probabilities = probabilities * factors;
    return batchedMatmul(probabilities, headsFirst(v, shape.heads)).transpose(0, 1);
}

/// The gradients of q, k and v.
struct RowGradients {
    at::Tensor q, k, v; ///< [rows, heads, D]
};

RowGradients attendRowsBackward(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& dOut,
                                const AttentionShape& shape, const DropoutDraw& draw, int64_t firstRow)
{
    const at::Tensor queries = q.transpose(0, 1), keys = headsFirst(k, shape.heads), gradient = dOut.transpose(0, 1);
    const at::Tensor scores = plainScores(queries, keys, shape), probabilities = plainProbabilities(scores, shape);
    const at::Tensor factors = plainDropout(draw, firstRow, shape.heads, q.size(0), k.size(0), q.options());
    const at::Tensor dropped = factors.defined() ? probabilities * factors : probabilities;
    at::Tensor dProbabilities = batchedMatmul(gradient, headsFirst(v, shape.heads).transpose(1, 2));
    if (factors.defined())
        dProbabilities = dProbabilities * factors;
    at::Tensor dScores =
        probabilities * (dProbabilities - (probabilities * dProbabilities).sum(-1, true)) * shape.scale;
    if (shape.cap != 0)
        dScores = dScores * (1 - (scores / shape.cap).square());
    return {batchedMatmul(dScores, keys).transpose(0, 1),
            groupSums(batchedMatmul(dScores.transpose(1, 2), queries), shape.kvHeads),
            groupSums(batchedMatmul(dropped.transpose(1, 2), gradient), shape.kvHeads)};
}

// Queries of rows of qkv, [rows, heads, D].
at::Tensor queriesOf(const QkvParts& parts, const AttentionShape& shape)
{
    return parts.queries.reshape({-1, shape.heads, shape.headDim});
}

} // namespace

void attend(Tape&, const at::Tensor& qkv, const Sequences& sequences, const AttentionShape& shape,
            const DropoutDraw& draw, const at::Tensor& out, const at::Tensor&)
{
    forEachSequence(sequences, [&](int64_t begin, int64_t count) {
        const QkvParts parts = qkvParts(qkv.narrow(0, begin, count), shape);
        headsOf(out, shape, begin, count)
            .copy_(attendRows(queriesOf(parts, shape), parts.keys, parts.values, shape, draw, begin));
    });
}

void attendBackward(Tape&, const at::Tensor& qkv, const Sequences& sequences, const AttentionShape& shape,
                    const DropoutDraw& draw, const at::Tensor&, const at::Tensor&, const at::Tensor& gradient,
                    const at::Tensor& dQkv)
{
    forEachSequence(sequences, [&](int64_t begin, int64_t count) {
        const QkvParts parts = qkvParts(qkv.narrow(0, begin, count), shape);
        const QkvParts targets = qkvParts(dQkv.narrow(0, begin, count), shape);
        const RowGradients grads = attendRowsBackward(queriesOf(parts, shape), parts.keys, parts.values,
                                                      headsOf(gradient, shape, begin, count), shape, draw, begin);
        targets.queries.copy_(grads.q.reshape(targets.queries.sizes()));
        targets.keys.copy_(grads.k);
        targets.values.copy_(grads.v);
    });
}

void attendCached(Tape&, const at::Tensor& qkv, const KvLayer& layer, int64_t length, const AttentionShape& shape,
                  const at::Tensor& out)
{
    const int64_t count = qkv.size(0), keys = length + count;
    const auto seen = [&](const at::Tensor& cache) {
        return cache.narrow(0, 0, keys).view({keys, shape.kvHeads, shape.headDim});
    };
    const at::Tensor queries = queriesOf(qkvParts(qkv, shape), shape);
    headsOf(out, shape, 0, count).copy_(attendRows(queries, seen(layer.keys), seen(layer.values), shape, {}, 0));
}

void attendBeams(Tape&, const at::Tensor& qkv, const KvLayer& layer, const BeamRows& beams, const AttentionShape& shape,
                 const at::Tensor& out)
{
    const at::Tensor queries = queriesOf(qkvParts(qkv, shape), shape);
    for (int64_t b = 0; b < qkv.size(0); ++b) {
        std::vector<int64_t> rows(static_cast<size_t>(beams.shared));
        std::iota(rows.begin(), rows.end(), 0);
        const auto& own = beams.rows[static_cast<size_t>(b)];
        rows.insert(rows.end(), own.begin(), own.end());
        const at::Tensor index = at::tensor(rows, qkv.options().dtype(at::kLong));
        const auto seen = [&](const at::Tensor& cache) {
            return cache.index_select(0, index).view({-1, shape.kvHeads, shape.headDim});
        };
        headsOf(out, shape, b, 1)
            .copy_(attendRows(queries.narrow(0, b, 1), seen(layer.keys), seen(layer.values), shape, {}, 0));
    }
}

} // namespace fettle::plain
