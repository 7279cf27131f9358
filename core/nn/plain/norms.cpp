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
    mean.copy_(wide.mean(-1));
    const at::Tensor centered = wide - mean.unsqueeze(-1);
    rstd.copy_((centered.square().mean(-1) + epsilon).rsqrt());
    const at::Tensor scaled = centered * rstd.unsqueeze(-1) * weight.value;
    out.copy_(bias.value.defined() ? scaled + bias.value : scaled);
}

void layerNormBackward(Tape&, const at::Tensor& x, const Parameter& weight, const Parameter& bias,
                       const at::Tensor& mean, const at::Tensor& rstd, const at::Tensor& gradient,
                       const GradientTarget& dx)
{
    const at::Tensor normalized = (x - mean.unsqueeze(-1)) * rstd.unsqueeze(-1);
    const at::Tensor scaled = gradient * weight.value;
    give(dx, (scaled - scaled.mean(-1, true) - normalized * (scaled * normalized).mean(-1, true)) * rstd.unsqueeze(-1));
    if (weight.grad.defined())
        weight.grad.add_((gradient * normalized).view({-1, weight.grad.size(0)}).sum(0));
    if (bias.grad.defined())
        bias.grad.add_(gradient.reshape({-1, bias.grad.size(0)}).sum(0));
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

/// run(part, weight, bias, kept) for queries and keys: a part [N, norms, width] of qkv-shaped rows; what of mean and
/// rstd belongs to it.
template <typename Run>
void forHeadNorms(const AttentionShape& shape, const HeadNorm& norm, const Run& run)
{
    int64_t column = 0, norms = 0;
    const auto side = [&](const Parameter& weight, const Parameter& bias, int64_t heads) {
        const int64_t columns = heads * shape.headDim, width = weight.value.size(0), count = columns / width;
        const auto part = [=](const at::Tensor& rows) {
            return rows.narrow(1, column, columns).view({rows.size(0), -1, width});
        };
        run(part, weight, bias, [=](const at::Tensor& kept) { return kept.narrow(1, norms, count); });
        column += columns;
        norms += count;
    };
    side(norm.query, norm.queryBias, shape.heads);
    side(norm.key, norm.keyBias, shape.kvHeads);
}

} // namespace

void headNorm(const at::Tensor& qkv, const AttentionShape& shape, const HeadNorm& norm, const at::Tensor& out,
              const at::Tensor& mean, const at::Tensor& rstd)
{
    out.copy_(qkv);
    forHeadNorms(shape, norm, [&](const auto& part, const Parameter& weight, const Parameter& bias, const auto& kept) {
        if (norm.centers)
            layerNorm(part(qkv), weight, bias, norm.epsilon, part(out), kept(mean), kept(rstd));
        else
            rmsNorm(part(qkv), weight, norm.epsilon, norm.base, part(out), kept(rstd));
    });
}

void headNormBackward(Tape& tape, const at::Tensor& qkv, const AttentionShape& shape, const HeadNorm& norm,
                      const at::Tensor& mean, const at::Tensor& rstd, const at::Tensor& gradient,
                      const GradientTarget& dx)
{
    forHeadNorms(shape, norm, [&](const auto& part, const Parameter& weight, const Parameter& bias, const auto& kept) {
        const GradientTarget target{part(dx.tensor), dx.add};
        if (norm.centers)
            layerNormBackward(tape, part(qkv), weight, bias, kept(mean), kept(rstd), part(gradient), target);
        else
            rmsNormBackward(tape, part(qkv), weight, norm.base, kept(rstd), part(gradient), target);
    });
    const int64_t values = shape.kvHeads * shape.headDim, begin = shape.width() - values;
    give({dx.tensor.narrow(1, begin, values), dx.add}, gradient.narrow(1, begin, values));
}

} // namespace fettle::plain
