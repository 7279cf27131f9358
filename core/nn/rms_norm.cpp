// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

namespace fettle
{

Var rmsNorm(Tape& tape, const Var& x, const Parameter& weight, double epsilon, double base)
{
    Var out = tape.make(x->value.sizes());
    const at::Tensor rstd = tape.wide({x->value.size(0)});
    tape.forms().rmsNorm(x->value, weight, epsilon, base, out->value, rstd);
    if (tape.records())
        tape.onBackward([&tape, x, out, weight, base, rstd] {
            if (const at::Tensor gradient = Tape::takeGradient(*out); gradient.defined())
                tape.forms().rmsNormBackward(tape, x->value, weight, base, rstd, gradient, tape.gradientOf(*x));
        });
    return out;
}

} // namespace fettle
