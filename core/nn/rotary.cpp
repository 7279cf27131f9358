// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/outer.h>

namespace fettle
{

RotaryTable rotaryTable(int64_t positions, const at::Tensor& frequencies, double factor,
                        const at::TensorOptions& options)
{
    // In float32 as transformers computes it, whatever type the model runs in.
    const at::Tensor angles = at::outer(at::arange(positions, frequencies.options()), frequencies);
    return {(angles.cos() * factor).to(options), (angles.sin() * factor).to(options)};
}

Var rotary(Tape& tape, const Var& qkv, const at::Tensor& positions, const AttentionShape& shape,
           const RotaryTable& table)
{
    tape.forms().rotate(qkv->value, positions, shape, table, false);
    if (tape.records())
        tape.onBackward([&tape, qkv, positions, shape, table] {
            if (qkv->grad.defined())
                tape.forms().rotate(tape.gradientOf(*qkv).tensor, positions, shape, table, true);
        });
    return qkv;
}

} // namespace fettle
