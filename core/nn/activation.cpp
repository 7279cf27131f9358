// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

namespace fettle
{

Var activation(Tape& tape, const Var& x, Activation kind, const Parameter& bias)
{
    Var out = tape.make(x->value.sizes());
    tape.forms().activate(kind, x->value, bias.value, out->value);
    if (tape.records())
        tape.onBackward([&tape, x, out, kind, bias] {
            // x has one reader, this operation: its gradient may take the place of the incoming one.
            if (const at::Tensor gradient = Tape::takeGradient(*out); gradient.defined())
                tape.giveGradient(*x, tape.forms().activateBackward(tape, kind, x->value, gradient, bias));
        });
    return out;
}

Var gated(Tape& tape, const Var& x, Activation kind)
{
    Var out = tape.make({x->value.size(0), x->value.size(1) / 2});
    tape.forms().gated(kind, x->value, out->value);
    if (tape.records())
        tape.onBackward([&tape, x, out, kind] {
            const at::Tensor gradient = Tape::takeGradient(*out);
            if (!gradient.defined())
                return;
            const at::Tensor dx = tape.empty(x->value.sizes());
            tape.forms().gatedBackward(kind, x->value, gradient, dx);
            tape.giveGradient(*x, dx);
        });
    return out;
}

} // namespace fettle
