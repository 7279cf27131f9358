// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/ops.h"
#include "core/nn/parallel.h"

#include <ATen/TensorOperators.h>

namespace fettle
{

namespace
{

void layerNormForward(const at::Tensor& x, const Parameter& weight, const Parameter& bias, const at::Tensor& y,
                      const at::Tensor& mean, const at::Tensor& rstd, double epsilon)
{
    const int64_t width = x.size(1);
    const float* in = x.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    float* center = mean.mutable_data_ptr<float>();
    float* inverse = rstd.mutable_data_ptr<float>();
    forRows(x.size(0), width, [&](int64_t begin, int64_t end) {
        kernels().layerNorm(in + begin * width, weight.value.const_data_ptr<float>(),
                            bias.value.const_data_ptr<float>(), out + begin * width, center + begin, inverse + begin,
                            end - begin, width, static_cast<float>(epsilon));
    });
}

void layerNormBackward(Tape& tape, const at::Tensor& x, const Parameter& weight, const Parameter& bias,
                       const at::Tensor& mean, const at::Tensor& rstd, const at::Tensor& gradient,
                       const GradientTarget& target)
{
    const int64_t width = x.size(1);
    const float* in = x.const_data_ptr<float>();
    const float* dy = gradient.const_data_ptr<float>();
    float* dx = target.tensor.mutable_data_ptr<float>();
    float* totals[] = {sumsOf(weight), sumsOf(bias)};
    forRowsSumming(tape, x.size(0), width, width, totals, 2, [&](int64_t begin, int64_t end, float* sums) {
        kernels().layerNormBackward(in + begin * width, weight.value.const_data_ptr<float>(),
                                    mean.const_data_ptr<float>() + begin, rstd.const_data_ptr<float>() + begin,
                                    dy + begin * width, dx + begin * width, target.add, sums, sums + width, end - begin,
                                    width);
    });
}

void layerNormBackwardPlain(const at::Tensor& x, const Parameter& weight, const Parameter& bias, const at::Tensor& mean,
                            const at::Tensor& rstd, const at::Tensor& gradient, const GradientTarget& target)
{
    const at::Tensor normalized = (x - mean.unsqueeze(1)) * rstd.unsqueeze(1);
    const at::Tensor scaled = gradient * weight.value;
    const at::Tensor dx =
        (scaled - scaled.mean(1, true) - normalized * (scaled * normalized).mean(1, true)) * rstd.unsqueeze(1);
    target.add ? target.tensor.add_(dx) : target.tensor.copy_(dx);
    if (weight.grad.defined())
        weight.grad.add_((gradient * normalized).sum(0));
    if (bias.grad.defined())
        bias.grad.add_(gradient.sum(0));
}

} // namespace

Var layerNorm(Tape& tape, const Var& x, const Parameter& weight, const Parameter& bias, double epsilon)
{
    const int64_t rows = x->value.size(0);
    Var out = tape.make(x->value.sizes());
    at::Tensor mean = tape.empty({rows}), rstd = tape.empty({rows});
    if (tape.usesKernels()) {
        layerNormForward(x->value, weight, bias, out->value, mean, rstd, epsilon);
    } else {
        mean.copy_(x->value.mean(1));
        const at::Tensor centered = x->value - mean.unsqueeze(1);
        rstd.copy_((centered.square().mean(1) + epsilon).rsqrt());
        out->value.copy_(centered * rstd.unsqueeze(1) * weight.value + bias.value);
    }
    if (tape.records())
        tape.onBackward([&tape, x, out, weight, bias, mean, rstd] {
            const at::Tensor gradient = Tape::takeGradient(*out);
            if (!gradient.defined())
                return;
            const GradientTarget target = tape.gradientOf(*x);
            if (tape.usesKernels())
                layerNormBackward(tape, x->value, weight, bias, mean, rstd, gradient, target);
            else
                layerNormBackwardPlain(x->value, weight, bias, mean, rstd, gradient, target);
        });
    return out;
}

} // namespace fettle
