// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/ops.h"

#include <ATen/ops/index_select.h>

namespace fettle
{

Var selectRows(Tape& tape, const Var& x, const at::Tensor& index)
{
    if (index.size(0) == x->value.size(0)) // strictly increasing: all of them, in order
        return x;
    Var out = tape.make({index.size(0), x->value.size(1)});
    at::index_select_out(out->value, x->value, 0, index);
    if (tape.records())
        tape.onBackward([&tape, x, out, index] {
            const at::Tensor gradient = Tape::takeGradient(*out);
            if (!gradient.defined())
                return;
            const GradientTarget target = tape.gradientOf(*x);
            if (!target.add)
                target.tensor.zero_();
            target.tensor.index_add_(0, index, gradient);
        });
    return out;
}

} // namespace fettle
