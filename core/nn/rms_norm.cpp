// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/ops.h"
#include "core/nn/parallel.h"

#include <ATen/TensorOperators.h>

namespace fettle
{

namespace
{

void rmsNormForward(const at::Tensor& x, const Parameter& weight, const at::Tensor& y, const at::Tensor& rstd,
                    double epsilon)
{
    const int64_t width = x.size(1);
    const float* in = x.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    float* inverse = rstd.mutable_data_ptr<float>();
    forRows(x.size(0), width, [&](int64_t begin, int64_t end) {
        kernels().rmsNorm(in + begin * width, weight.value.const_data_ptr<float>(), out + begin * width,
                          inverse + begin, end - begin, width, static_cast<float>(epsilon));
    });
}

void rmsNormBackward(Tape& tape, const at::Tensor& x, const Parameter& weight, const at::Tensor& rstd,
                     const at::Tensor& gradient, const GradientTarget& target)
{
    const int64_t width = x.size(1);
    const float* in = x.const_data_ptr<float>();
    const float* dy = gradient.const_data_ptr<float>();
    float* dx = target.tensor.mutable_data_ptr<float>();
    float* totals[] = {sumsOf(weight)};
    forRowsSumming(tape, x.size(0), width, width, totals, 1, [&](int64_t begin, int64_t end, float* sums) {
        kernels().rmsNormBackward(in + begin * width, weight.value.const_data_ptr<float>(),
                                  rstd.const_data_ptr<float>() + begin, dy + begin * width, dx + begin * width,
                                  target.add, sums, end - begin, width);
    });
}

void rmsNormBackwardPlain(const at::Tensor& x, const Parameter& weight, const at::Tensor& rstd,
                          const at::Tensor& gradient, const GradientTarget& target)
{
    const at::Tensor normalized = x * rstd.unsqueeze(1);
    const at::Tensor scaled = gradient * weight.value;
    const at::Tensor dx = (scaled - normalized * (scaled * normalized).mean(1, true)) * rstd.unsqueeze(1);
    target.add ? target.tensor.add_(dx) : target.tensor.copy_(dx);
    if (weight.grad.defined())
        weight.grad.add_((gradient * normalized).sum(0));
}

} // namespace

Var rmsNorm(Tape& tape, const Var& x, const Parameter& weight, double epsilon)
{
    Var out = tape.make(x->value.sizes());
    at::Tensor rstd = tape.empty({x->value.size(0)});
    if (tape.usesKernels()) {
        rmsNormForward(x->value, weight, out->value, rstd, epsilon);
    } else {
        rstd.copy_((x->value.square().mean(1) + epsilon).rsqrt());
        out->value.copy_(x->value * rstd.unsqueeze(1) * weight.value);
    }
    if (tape.records())
        tape.onBackward([&tape, x, out, weight, rstd] {
            const at::Tensor gradient = Tape::takeGradient(*out);
            if (!gradient.defined())
                return;
            const GradientTarget target = tape.gradientOf(*x);
            if (tape.usesKernels())
                rmsNormBackward(tape, x->value, weight, rstd, gradient, target);
            else
                rmsNormBackwardPlain(x->value, weight, rstd, gradient, target);
        });
    return out;
}

} // namespace fettle
