// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/dropout.h"
#include "core/nn/ops.h"
#include "core/nn/parallel.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>

namespace fettle
{

namespace
{

at::Tensor rowFactors(Tape& tape, const DropoutDraw& draw, const at::Tensor& like)
{
    const at::Tensor rows = at::arange(like.size(0), at::TensorOptions().dtype(at::kLong).device(like.device()));
    return dropoutFactors(draw, rows, like.size(1), tape.options());
}

// The gradient of dropout(x + bias) where that of its result is `gradient`.
void addDropoutBackward(Tape& tape, const Var& x, const Parameter& bias, const DropoutDraw& draw,
                        const at::Tensor& gradient)
{
    const int64_t rows = gradient.size(0), width = gradient.size(1);
    at::Tensor dx = gradient; // shared, not copied, where nothing is dropped
    if (!tape.usesKernels()) {
        if (draw.threshold)
            dx = gradient * rowFactors(tape, draw, gradient);
        if (bias.grad.defined())
            bias.grad.add_(dx.sum(0));
    } else {
        const float* dy = gradient.const_data_ptr<float>();
        float* totals[] = {bias.grad.defined() ? bias.grad.mutable_data_ptr<float>() : nullptr};
        if (draw.threshold) {
            dx = tape.empty(gradient.sizes());
            float* result = dx.mutable_data_ptr<float>();
            const auto run = [&](int64_t begin, int64_t end, float* sums) {
                kernels().dropoutBackward(dy + begin * width, result + begin * width, sums, draw, begin, end - begin,
                                          width);
            };
            if (totals[0])
                forRowsSumming(tape, rows, width, width, totals, 1, run);
            else
                forRows(rows, width, [&](int64_t begin, int64_t end) { run(begin, end, nullptr); });
        } else if (totals[0]) {
            forRowsSumming(tape, rows, width, width, totals, 1, [&](int64_t begin, int64_t end, float* sums) {
                kernels().columnSums(dy + begin * width, width, sums, end - begin, width);
            });
        }
    }
    tape.giveGradient(*x, dx);
}

} // namespace

Var addDropout(Tape& tape, const Var& residual, const Var& x, double probability, const Parameter& bias)
{
    const DropoutDraw draw = tape.nextDropout(probability);
    if (!residual && !draw.threshold && !bias.value.defined())
        return x;
    Var out = tape.make(x->value.sizes());
    if (tape.usesKernels()) {
        const int64_t width = x->value.size(1);
        const float* in = x->value.const_data_ptr<float>();
        const float* base = residual ? residual->value.const_data_ptr<float>() : nullptr;
        const float* shift = bias.value.defined() ? bias.value.const_data_ptr<float>() : nullptr;
        float* y = out->value.mutable_data_ptr<float>();
        forRows(x->value.size(0), width, [&](int64_t begin, int64_t end) {
            kernels().addDropout(base ? base + begin * width : nullptr, in + begin * width, shift, y + begin * width,
                                 draw, begin, end - begin, width);
        });
    } else {
        at::Tensor result = bias.value.defined() ? x->value + bias.value : x->value;
        if (draw.threshold)
            result = result * rowFactors(tape, draw, x->value);
        out->value.copy_(residual ? residual->value + result : result);
    }
    if (tape.records())
        tape.onBackward([&tape, residual, x, out, draw, bias] {
            const at::Tensor gradient = Tape::takeGradient(*out);
            if (!gradient.defined())
                return;
            addDropoutBackward(tape, x, bias, draw, gradient);
            if (residual)
                tape.giveGradient(*residual, gradient);
        });
    return out;
}

} // namespace fettle
