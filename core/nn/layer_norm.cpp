// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

namespace fettle
{

Var layerNorm(Tape& tape, const Var& x, const Parameter& weight, const Parameter& bias, double epsilon)
{
    const int64_t rows = x->value.size(0);
    Var out = tape.make(x->value.sizes());
    const at::Tensor mean = tape.wide({rows}), rstd = tape.wide({rows});
    tape.forms().layerNorm(x->value, weight, bias, epsilon, out->value, mean, rstd);
    if (tape.records())
        tape.onBackward([&tape, x, out, weight, bias, mean, rstd] {
            if (const at::Tensor gradient = Tape::takeGradient(*out); gradient.defined())
                tape.forms().layerNormBackward(tape, x->value, weight, bias, mean, rstd, gradient, tape.gradientOf(*x));
        });
    return out;
}

} // namespace fettle
