// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/attention.h"

#include <cmath>

namespace fettle
{

namespace
{

// Queries, keys or values of rows [begin, begin + count) of a qkv-shaped tensor: [count, heads, D].
struct QkvParts {
    at::Tensor q, k, v;
};

QkvParts partsOf(const at::Tensor& qkv, const AttentionShape& shape, int64_t begin, int64_t count)
{
    const at::Tensor rows = qkv.narrow(0, begin, count).view({count, shape.heads + 2 * shape.kvHeads, shape.headDim});
    return {rows.narrow(1, 0, shape.heads), rows.narrow(1, shape.heads, shape.kvHeads),
            rows.narrow(1, shape.heads + shape.kvHeads, shape.kvHeads)};
}

template <typename Run>
void forEachSequence(const Sequences& sequences, const Run& run)
{
    for (size_t b = 0; b + 1 < sequences.cu.size(); ++b)
        if (sequences.cu[b + 1] > sequences.cu[b])
            run(sequences.cu[b], sequences.cu[b + 1] - sequences.cu[b]);
}

} // namespace

AttentionShape AttentionShape::of(int64_t heads, int64_t kvHeads, int64_t headDim, bool causal)
{
    return {heads, kvHeads, headDim, causal, 1 / std::sqrt(static_cast<double>(headDim)), 0};
}

Var attention(Tape& tape, const Var& qkv, const SequencesPtr& sequences, const AttentionShape& shape)
{
    const int64_t rows = qkv->value.size(0);
    const DropoutDraw draw = tape.nextDropout(shape.dropout);
    Var out = tape.make({rows, shape.heads * shape.headDim});
    at::Tensor logSums;
    if (tape.usesKernels()) {
        logSums = tape.empty({rows, shape.heads});
        attendKernel(tape, qkv->value, *sequences, shape, draw, out->value, logSums);
    } else {
        forEachSequence(*sequences, [&](int64_t begin, int64_t count) {
            const QkvParts parts = partsOf(qkv->value, shape, begin, count);
            out->value.narrow(0, begin, count)
                .view({count, shape.heads, shape.headDim})
                .copy_(attendPlain(parts.q, parts.k, parts.v, shape, draw, begin));
        });
    }
    if (!tape.records())
        return out;
    tape.onBackward([&tape, qkv, sequences, shape, draw, out, logSums] {
        const at::Tensor gradient = Tape::takeGradient(*out);
        if (!gradient.defined())
            return;
        at::Tensor dQkv = tape.empty(qkv->value.sizes());
        if (tape.usesKernels()) {
            attendKernelBackward(tape, qkv->value, *sequences, shape, draw, out->value, logSums, gradient, dQkv);
        } else {
            forEachSequence(*sequences, [&](int64_t begin, int64_t count) {
                const QkvParts parts = partsOf(qkv->value, shape, begin, count);
                const QkvParts grads = partsOf(dQkv, shape, begin, count);
                attendPlainBackward(parts.q, parts.k, parts.v,
                                    gradient.narrow(0, begin, count).view({count, shape.heads, shape.headDim}), shape,
                                    draw, begin, grads.q, grads.k, grads.v);
            });
        }
        tape.giveGradient(*qkv, dQkv);
    });
    return out;
}

Var attendCached(Tape& tape, const Var& qkv, KvLayer& layer, int64_t length, const AttentionShape& shape)
{
    const int64_t count = qkv->value.size(0), width = shape.kvHeads * shape.headDim;
    layer.keys.narrow(0, length, count).copy_(qkv->value.narrow(1, shape.heads * shape.headDim, width));
    layer.values.narrow(0, length, count).copy_(qkv->value.narrow(1, shape.heads * shape.headDim + width, width));
    Var out = tape.make({count, shape.heads * shape.headDim});
    if (tape.usesKernels()) {
        attendCachedKernel(tape, qkv->value, layer, length, shape, out->value);
        return out;
    }
    const auto seen = [&](const at::Tensor& cache) {
        return cache.narrow(0, 0, length + count).view({length + count, shape.kvHeads, shape.headDim});
    };
    out->value.view({count, shape.heads, shape.headDim})
        .copy_(attendPlain(partsOf(qkv->value, shape, 0, count).q, seen(layer.keys), seen(layer.values), shape, {}, 0));
    return out;
}

} // namespace fettle
