// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

#include <ATen/TensorOperators.h>

namespace fettle::plain
{

namespace
{

void give(const GradientTarget& target, const at::Tensor& gradient)
{
    target.add ? target.tensor.add_(gradient) : target.tensor.copy_(gradient);
}

} // namespace

void layerNorm(const at::Tensor& x, const Parameter& weight, const Parameter& bias, double epsilon,
               const at::Tensor& out, const at::Tensor& mean, const at::Tensor& rstd)
{
    const at::Tensor wide = x.to(mean.scalar_type());
    mean.copy_(wide.mean(1));
    const at::Tensor centered = wide - mean.unsqueeze(1);
    rstd.copy_((centered.square().mean(1) + epsilon).rsqrt());
    out.copy_(centered * rstd.unsqueeze(1) * weight.value + bias.value);
}

void layerNormBackward(Tape&, const at::Tensor& x, const Parameter& weight, const Parameter& bias,
                       const at::Tensor& mean, const at::Tensor& rstd, const at::Tensor& gradient,
                       const GradientTarget& dx)
{
    const at::Tensor normalized = (x - mean.unsqueeze(1)) * rstd.unsqueeze(1);
    const at::Tensor scaled = gradient * weight.value;
    give(dx, (scaled - scaled.mean(1, true) - normalized * (scaled * normalized).mean(1, true)) * rstd.unsqueeze(1));
    if (weight.grad.defined())
        weight.grad.add_((gradient * normalized).sum(0));
    if (bias.grad.defined())
        bias.grad.add_(gradient.sum(0));
}

void rmsNorm(const at::Tensor& x, const Parameter& weight, double epsilon, const at::Tensor& out,
             const at::Tensor& rstd)
{
    const at::Tensor wide = x.to(rstd.scalar_type());
    rstd.copy_((wide.square().mean(1) + epsilon).rsqrt());
    out.copy_(wide * rstd.unsqueeze(1) * weight.value);
}

void rmsNormBackward(Tape&, const at::Tensor& x, const Parameter& weight, const at::Tensor& rstd,
                     const at::Tensor& gradient, const GradientTarget& dx)
{
    const at::Tensor normalized = x * rstd.unsqueeze(1);
    const at::Tensor scaled = gradient * weight.value;
    give(dx, (scaled - normalized * (scaled * normalized).mean(1, true)) * rstd.unsqueeze(1));
    if (weight.grad.defined())
        weight.grad.add_((gradient * normalized).sum(0));
}

} // namespace fettle::plain
