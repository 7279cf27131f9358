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
    const at::Tensor scaled = centered * rstd.unsqueeze(1) * weight.value;
    out.copy_(bias.value.defined() ? scaled + bias.value : scaled);
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

void rmsNorm(const at::Tensor& x, const Parameter& weight, double epsilon, double base, const at::Tensor& out,
             const at::Tensor& rstd)
{
    const at::Tensor wide = x.to(rstd.scalar_type());
    rstd.copy_((wide.square().mean(-1) + epsilon).rsqrt());
    out.copy_(wide * rstd.unsqueeze(-1) * (weight.value + base));
}

void rmsNormBackward(Tape&, const at::Tensor& x, const Parameter& weight, double base, const at::Tensor& rstd,
                     const at::Tensor& gradient, const GradientTarget& dx)
{
    const at::Tensor normalized = x * rstd.unsqueeze(-1);
    const at::Tensor scaled = gradient * (weight.value + base);
    give(dx, (scaled - normalized * (scaled * normalized).mean(-1, true)) * rstd.unsqueeze(-1));
    if (weight.grad.defined())
        weight.grad.add_((gradient * normalized).view({-1, weight.grad.size(0)}).sum(0));
}

namespace
{

/// run(part, weight, rstd's columns) for queries and keys; a part [N, norms, width] of qkv-shaped rows.
template <typename Run>
void forHeadNorms(const AttentionShape& shape, const HeadNorm& norm, const Run& run)
{
    int64_t column = 0, norms = 0;
    for (const auto& [weight, heads] : {std::pair(&norm.query, shape.heads), {&norm.key, shape.kvHeads}}) {
        const int64_t columns = heads * shape.headDim, width = weight->value.size(0);
        const auto part = [=](const at::Tensor& rows) {
            return rows.narrow(1, column, columns).view({rows.size(0), -1, width});
        };
        run(part, *weight, norms, columns / width);
        column += columns;
        norms += columns / width;
    }
}

} // namespace

void headNorm(const at::Tensor& qkv, const AttentionShape& shape, const HeadNorm& norm, const at::Tensor& out,
              const at::Tensor& rstd)
{
    out.copy_(qkv);
    forHeadNorms(shape, norm, [&](const auto& part, const Parameter& weight, int64_t first, int64_t count) {
        rmsNorm(part(qkv), weight, norm.epsilon, norm.base, part(out), rstd.narrow(1, first, count));
    });
}

void headNormBackward(Tape& tape, const at::Tensor& qkv, const AttentionShape& shape, const HeadNorm& norm,
                      const at::Tensor& rstd, const at::Tensor& gradient, const GradientTarget& dx)
{
    forHeadNorms(shape, norm, [&](const auto& part, const Parameter& weight, int64_t first, int64_t count) {
        rmsNormBackward(tape, part(qkv), weight, norm.base, rstd.narrow(1, first, count), part(gradient),
                        {part(dx.tensor), dx.add});
    });
    const int64_t values = shape.kvHeads * shape.headDim, begin = shape.width() - values;
    give({dx.tensor.narrow(1, begin, values), dx.add}, gradient.narrow(1, begin, values));
}

} // namespace fettle::plain
