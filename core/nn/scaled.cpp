// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/ops.h"

#include <ATen/ScalarOps.h>
#include <ATen/ops/mul.h>

namespace fettle
{

Var scaled(Tape& tape, const Var& x, double factor)
{
    Var out = tape.make(x->value.sizes());
    const at::Tensor number = at::native::wrapped_scalar_tensor(factor); // takes the type of what it multiplies
    at::mul_out(out->value, x->value, number);
    if (tape.records())
        tape.onBackward([&tape, x, out, number] {
            const at::Tensor gradient = Tape::takeGradient(*out);
            if (!gradient.defined())
                return;
            at::Tensor dx = tape.empty(gradient.sizes());
            at::mul_out(dx, gradient, number);
            tape.giveGradient(*x, dx);
        });
    return out;
}

} // namespace fettle
