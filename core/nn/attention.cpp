// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

#include <cmath>

namespace fettle
{

AttentionShape AttentionShape::of(int64_t heads, int64_t kvHeads, int64_t headDim, bool causal)
{
    return {heads, kvHeads, headDim, causal, 1 / std::sqrt(static_cast<double>(headDim)), 0};
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
    const int64_t count = qkv->value.size(0), width = shape.kvHeads * shape.headDim;
    layer.keys.narrow(0, length, count).copy_(qkv->value.narrow(1, shape.heads * shape.headDim, width));
    layer.values.narrow(0, length, count).copy_(qkv->value.narrow(1, shape.heads * shape.headDim + width, width));
    Var out = tape.make({count, shape.heads * shape.headDim});
    tape.forms().attendCached(tape, qkv->value, layer, length, shape, out->value);
    return out;
}

} // namespace fettle
