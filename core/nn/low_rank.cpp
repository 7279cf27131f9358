// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"
#include "core/nn/matmul/matmul.h"

namespace fettle
{

namespace
{

/// dropout(x): drawn again for the backward pass rather than kept.
at::Tensor dropped(Tape& tape, const DropoutDraw& draw, const at::Tensor& x)
{
    if (!draw.threshold)
        return x;
    at::Tensor out = tape.empty(x.sizes());
    tape.forms().addDropout({}, x, {}, draw, out);
    return out;
}

void lowRankBackward(Tape& tape, const Var& x, const LowRank& adapter, const DropoutDraw& draw, const at::Tensor& thin,
                     const at::Tensor& gradient)
{
    at::Tensor dThin = tape.empty(thin.sizes());
    matmul(gradient, adapter.up.value, dThin);
    dThin.mul_(adapter.scale);
    if (adapter.up.grad.defined())
        matmul(gradient.t(), thin, adapter.up.grad, true);
    if (adapter.down.grad.defined())
        matmul(dThin.t(), dropped(tape, draw, x->value), adapter.down.grad, true);
    if (!draw.threshold) {
        const GradientTarget dx = tape.gradientOf(*x);
        matmul(dThin, adapter.down.value, dx.tensor, dx.add);
        return;
    }
    at::Tensor dDropped = tape.empty(x->value.sizes());
    matmul(dThin, adapter.down.value, dDropped);
    tape.giveGradient(*x, tape.forms().addDropoutBackward(tape, draw, dDropped, {}));
}

} // namespace

void addLowRank(Tape& tape, const Var& sum, int64_t column, const Var& x, const LowRank& adapter)
{
    // Dropout that is off numbers no draw: other places keep theirs.
    const DropoutDraw draw = adapter.dropout > 0 ? tape.nextDropout(adapter.dropout) : DropoutDraw();
    const int64_t outputs = adapter.up.value.size(0);
    at::Tensor thin = tape.empty({x->value.size(0), adapter.down.value.size(0)});
    matmul(dropped(tape, draw, x->value), adapter.down.value.t(), thin);
    thin.mul_(adapter.scale);
    matmul(thin, adapter.up.value.t(), sum->value.narrow(1, column, outputs), true);
    if (tape.records())
        tape.onBackward([&tape, sum, column, outputs, x, adapter, draw, thin] {
            // The gradient stays: what made `sum` takes it.
            if (sum->grad.defined())
                lowRankBackward(tape, x, adapter, draw, thin, sum->grad.narrow(1, column, outputs));
        });
}

} // namespace fettle
