// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"
#include "core/nn/qkv_parts.h"

#include <bit>
#include <cmath>

namespace fettle
{

AttentionShape AttentionShape::of(int64_t heads, int64_t kvHeads, int64_t headDim, bool causal)
{
    return {heads, kvHeads, headDim, causal, 1 / std::sqrt(static_cast<double>(headDim)), 0};
}

double AttentionShape::headSlope(int64_t head) const
{
    // Powers of one base where heads are a power of two; what is over takes every other power of that base's root.
    const auto even = static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(heads)));
    const double base = 8.0 / static_cast<double>(even);
    return head < even ? std::exp2(-base * static_cast<double>(head + 1))
                       : std::exp2(-base / 2 * static_cast<double>(2 * (head - even) + 1));
}

Var attention(Tape& tape, const Var& qkv, const SequencesPtr& sequences, const AttentionShape& shape)
{
    const int64_t rows = qkv->value.size(0);
    const DropoutDraw draw = tape.nextDropout(shape.dropout);
    Var out = tape.make({rows, shape.heads * shape.headDim});
    const at::Tensor logSums = tape.wide({rows, shape.heads});
    tape.forms().attend(tape, qkv->value, *sequences, shape, draw, out->value, logSums);
    if (tape.records())
        tape.onBackward([&tape, qkv, sequences, shape, draw, out, logSums] {
            const at::Tensor gradient = Tape::takeGradient(*out);
            if (!gradient.defined())
                return;
            const at::Tensor dQkv = tape.empty(qkv->value.sizes());
            tape.forms().attendBackward(tape, qkv->value, *sequences, shape, draw, out->value, logSums, gradient, dQkv);
            tape.giveGradient(*qkv, dQkv);
        });
    return out;
}

Var attendCached(Tape& tape, const Var& qkv, KvLayer& layer, int64_t length, const AttentionShape& shape)
{
    const int64_t count = qkv->value.size(0);
    const QkvParts parts = qkvParts(qkv->value, shape);
    layer.keys.narrow(0, length, count).view(parts.keys.sizes()).copy_(parts.keys);
    layer.values.narrow(0, length, count).view(parts.values.sizes()).copy_(parts.values);
    Var out = tape.make({count, shape.heads * shape.headDim});
    tape.forms().attendCached(tape, qkv->value, layer, length, shape, out->value);
    return out;
}

Var attendBeams(Tape& tape, const Var& qkv, KvLayer& layer, const BeamRows& beams, const AttentionShape& shape)
{
    const int64_t count = qkv->value.size(0);
    const QkvParts parts = qkvParts(qkv->value, shape);
    for (int64_t b = 0; b < count; ++b) {
        const int64_t row = beams.rows[static_cast<size_t>(b)].back();
        layer.keys[row].view(parts.keys.sizes().slice(1)).copy_(parts.keys[b]);
        layer.values[row].view(parts.values.sizes().slice(1)).copy_(parts.values[b]);
    }
    Var out = tape.make({count, shape.heads * shape.headDim});
    tape.forms().attendBeams(tape, qkv->value, layer, beams, shape, out->value);
    return out;
}

} // namespace fettle
