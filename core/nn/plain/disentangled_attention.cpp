// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"
#include "core/nn/matmul/matmul.h"
#include "core/nn/plain/heads.h"
#include "core/nn/qkv_parts.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>

namespace fettle::plain
{

namespace
{

/// One sequence, heads first.
struct DisentangledRows {
    at::Tensor queries, keys, values;         ///< [heads, count, D]
    at::Tensor distanceKeys, distanceQueries; ///< [heads, rows, D]; undefined where there are none
    at::Tensor rowOf;                         ///< [heads, count, count]: what stands for each pair's distance
};

DisentangledRows disentangledRows(const at::Tensor& qkv, const at::Tensor& relative, const Distances& distances,
                                  const AttentionShape& shape, int64_t begin, int64_t count)
{
    const auto heads = [&](const at::Tensor& rows) { return headsOf(rows, shape, 0, rows.size(0)).transpose(0, 1); };
    const QkvParts parts = qkvParts(qkv.narrow(0, begin, count), shape);
    const int64_t width = shape.heads * shape.headDim;
    DisentangledRows rows;
    rows.queries = parts.queries.reshape({count, shape.heads, shape.headDim}).transpose(0, 1);
    rows.keys = parts.keys.transpose(0, 1);
    rows.values = parts.values.transpose(0, 1);
    if (distances.contentToPosition)
        rows.distanceKeys = heads(relative.narrow(1, 0, width));
    if (distances.positionToContent)
        rows.distanceQueries = heads(relative.narrow(1, distances.queryColumn(shape), width));
    const at::Tensor places = distances.places.narrow(0, begin, count);
    const at::Tensor distance = places.unsqueeze(0) - places.unsqueeze(1) + distances.farthest;
    rows.rowOf = distances.rows.index_select(0, distance.flatten()).view({1, count, count});
    rows.rowOf = rows.rowOf.expand({shape.heads, count, count});
    return rows;
}

at::Tensor disentangledProbabilities(const DisentangledRows& rows, const AttentionShape& shape)
{
    at::Tensor scores = batchedMatmul(rows.queries, rows.keys.transpose(1, 2));
    if (rows.distanceKeys.defined())
        scores = scores + batchedMatmul(rows.queries, rows.distanceKeys.transpose(1, 2)).gather(2, rows.rowOf);
    if (rows.distanceQueries.defined())
        scores = scores + batchedMatmul(rows.distanceQueries, rows.keys.transpose(1, 2)).gather(1, rows.rowOf);
    return at::softmax(scores * shape.scale, -1);
}

/// What the scores of each row of distances take together, as `like`: the gradient of gather along `dimension`.
at::Tensor sumsByDistance(const at::Tensor& dScores, const at::Tensor& rowOf, int64_t dimension, int64_t rows)
{
    std::vector<int64_t> sizes = dScores.sizes().vec();
    sizes[static_cast<size_t>(dimension)] = rows;
    const auto wide = dScores.options().dtype(wideType(dScores.scalar_type()));
    return at::zeros(sizes, wide).scatter_add_(dimension, rowOf, dScores.to(wide.dtype())).to(dScores.scalar_type());
}

} // namespace

void attendDisentangled(Tape&, const at::Tensor& qkv, const at::Tensor& relative, const Sequences& sequences,
                        const Distances& distances, const AttentionShape& shape, const DropoutDraw& draw,
                        const at::Tensor& out, const at::Tensor&)
{
    forEachSequence(sequences, [&](int64_t begin, int64_t count) {
        const DisentangledRows rows = disentangledRows(qkv, relative, distances, shape, begin, count);
        at::Tensor probabilities = disentangledProbabilities(rows, shape);
        if (const at::Tensor factors = plainDropout(draw, begin, shape.heads, count, count, qkv.options());
            factors.defined())
            probabilities = probabilities * factors;
        headsOf(out, shape, begin, count).copy_(batchedMatmul(probabilities, rows.values).transpose(0, 1));
    });
}

void attendDisentangledBackward(Tape&, const at::Tensor& qkv, const at::Tensor& relative, const Sequences& sequences,
                                const Distances& distances, const AttentionShape& shape, const DropoutDraw& draw,
                                const at::Tensor&, const at::Tensor&, const at::Tensor& gradient,
                                const at::Tensor& dQkv, const at::Tensor& dRelative)
{
    const int64_t width = shape.heads * shape.headDim;
    const at::Tensor sums = at::zeros(relative.sizes(), relative.options().dtype(wideType(relative.scalar_type())));
    const auto addTo = [&](int64_t column, const at::Tensor& part) {
        sums.narrow(1, column, width).add_(part.transpose(0, 1).reshape({-1, width}));
    };
    forEachSequence(sequences, [&](int64_t begin, int64_t count) {
        const DisentangledRows rows = disentangledRows(qkv, relative, distances, shape, begin, count);
        const at::Tensor probabilities = disentangledProbabilities(rows, shape);
        const at::Tensor dOut = headsOf(gradient, shape, begin, count).transpose(0, 1);
        const at::Tensor factors = plainDropout(draw, begin, shape.heads, count, count, qkv.options());
        const at::Tensor dropped = factors.defined() ? probabilities * factors : probabilities;
        at::Tensor dProbabilities = batchedMatmul(dOut, rows.values.transpose(1, 2));
        if (factors.defined())
            dProbabilities = dProbabilities * factors;
        const at::Tensor dScores =
            probabilities * (dProbabilities - (probabilities * dProbabilities).sum(-1, true)) * shape.scale;
        at::Tensor dQueries = batchedMatmul(dScores, rows.keys);
        at::Tensor dKeys = batchedMatmul(dScores.transpose(1, 2), rows.queries);
        if (rows.distanceKeys.defined()) {
            const at::Tensor byRow = sumsByDistance(dScores, rows.rowOf, 2, relative.size(0));
            dQueries = dQueries + batchedMatmul(byRow, rows.distanceKeys);
            addTo(0, batchedMatmul(byRow.transpose(1, 2), rows.queries));
        }
        if (rows.distanceQueries.defined()) {
            const at::Tensor byRow = sumsByDistance(dScores, rows.rowOf, 1, relative.size(0));
            dKeys = dKeys + batchedMatmul(byRow.transpose(1, 2), rows.distanceQueries);
            addTo(distances.queryColumn(shape), batchedMatmul(byRow, rows.keys));
        }
        const QkvParts targets = qkvParts(dQkv.narrow(0, begin, count), shape);
        targets.queries.copy_(dQueries.transpose(0, 1).reshape(targets.queries.sizes()));
        targets.keys.copy_(dKeys.transpose(0, 1));
        targets.values.copy_(batchedMatmul(dropped.transpose(1, 2), dOut).transpose(0, 1));
    });
    dRelative.copy_(sums);
}

} // namespace fettle::plain
