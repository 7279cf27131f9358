// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

namespace fettle
{

Var disentangledAttention(Tape& tape, const Var& qkv, const Var& relative, const SequencesPtr& sequences,
                          const DistancesPtr& distances, const AttentionShape& shape)
{
    const int64_t rows = qkv->value.size(0);
    const DropoutDraw draw = tape.nextDropout(shape.dropout);
    Var out = tape.make({rows, shape.heads * shape.headDim});
    const at::Tensor logSums = tape.wide({rows, shape.heads});
    tape.forms().attendDisentangled(tape, qkv->value, relative->value, *sequences, *distances, shape, draw, out->value,
                                    logSums);
    if (tape.records())
        tape.onBackward([&tape, qkv, relative, sequences, distances, shape, draw, out, logSums] {
            const at::Tensor gradient = Tape::takeGradient(*out);
            if (!gradient.defined())
                return;
            const at::Tensor dQkv = tape.empty(qkv->value.sizes()), dRelative = tape.empty(relative->value.sizes());
            tape.forms().attendDisentangledBackward(tape, qkv->value, relative->value, *sequences, *distances, shape,
                                                    draw, out->value, logSums, gradient, dQkv, dRelative);
            tape.giveGradient(*qkv, dQkv);
            tape.giveGradient(*relative, dRelative);
        });
    return out;
}

} // namespace fettle
