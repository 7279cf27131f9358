// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

namespace fettle
{

Var addDropout(Tape& tape, const Var& residual, const Var& x, double probability, const Parameter& bias)
{
    const DropoutDraw draw = tape.nextDropout(probability);
    if (!residual && !draw.threshold && !bias.value.defined())
        return x;
    Var out = tape.make(x->value.sizes());
    tape.forms().addDropout(residual ? residual->value : at::Tensor(), x->value, bias.value, draw, out->value);
    if (tape.records())
        tape.onBackward([&tape, residual, x, out, draw, bias] {
            const at::Tensor gradient = Tape::takeGradient(*out);
            if (!gradient.defined())
                return;
            tape.giveGradient(*x, tape.forms().addDropoutBackward(tape, draw, gradient, bias));
            if (residual)
                tape.giveGradient(*residual, gradient);
        });
    return out;
}

} // namespace fettle
