// SPDX-License-Identifier: GPL-3.0-or-later
// Activations, biases and dropout.
#include "core/nn/dropout.h"
#include "core/nn/forms.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/tanh.h>

namespace fettle::plain
{

namespace
{

at::Tensor activated(const at::Tensor& x, Activation kind)
{
    switch (kind) {
    case Activation::GeluNew:
        return at::gelu(x, "tanh");
    case Activation::Gelu:
        return at::gelu(x, "none");
    case Activation::Silu:
        return at::silu(x);
    case Activation::Relu:
        break;
    }
    return at::relu(x);
}

at::Tensor siluSlope(const at::Tensor& x)
{
    const at::Tensor s = at::sigmoid(x);
    return s * (x * (1 - s) + 1);
}

at::Tensor activatedBack(const at::Tensor& x, const at::Tensor& gradient, Activation kind)
{
    switch (kind) {
    case Activation::GeluNew:
        return at::gelu_backward(gradient, x, "tanh");
    case Activation::Gelu:
        return at::gelu_backward(gradient, x, "none");
    case Activation::Silu:
        return gradient * siluSlope(x);
    case Activation::Relu:
        break;
    }
    return gradient * x.gt(0).to(x.dtype());
}

at::Tensor rowFactors(const DropoutDraw& draw, const at::Tensor& like)
{
    const at::Tensor rows = at::arange(like.size(0), at::TensorOptions().dtype(at::kLong).device(like.device()));
    return dropoutFactors(draw, rows, like.size(1), like.options());
}

} // namespace

void addBias(const at::Tensor& x, const at::Tensor& bias)
{
    x.add_(bias);
}

void addColumnSums(Tape&, const at::Tensor& x, const at::Tensor& sums)
{
    sums.add_(x.sum(0));
}

void activate(Activation kind, const at::Tensor& x, const at::Tensor& bias, const at::Tensor& out)
{
    if (bias.defined())
        x.add_(bias);
    out.copy_(activated(x, kind));
}

at::Tensor activateBackward(Tape&, Activation kind, const at::Tensor& x, const at::Tensor& gradient,
                            const Parameter& bias)
{
    const at::Tensor dx = activatedBack(x, gradient, kind);
    if (bias.grad.defined())
        bias.grad.add_(dx.sum(0));
    return dx;
}

void gated(Activation kind, const at::Tensor& x, const at::Tensor& out)
{
    const int64_t width = out.size(1);
    out.copy_(activated(x.narrow(1, 0, width), kind) * x.narrow(1, width, width));
}

void gatedBackward(Activation kind, const at::Tensor& x, const at::Tensor& gradient, const at::Tensor& dx)
{
    const int64_t width = gradient.size(1);
    const at::Tensor gate = x.narrow(1, 0, width), up = x.narrow(1, width, width);
    dx.narrow(1, 0, width).copy_(activatedBack(gate, gradient * up, kind));
    dx.narrow(1, width, width).copy_(gradient * activated(gate, kind));
}

void softCap(const at::Tensor& x, double cap, const at::Tensor& slopes)
{
    const at::Tensor t = at::tanh(x / cap);
    x.copy_(t * cap);
    if (slopes.defined())
        slopes.copy_(1 - t * t);
}

void addDropout(const at::Tensor& residual, const at::Tensor& x, const at::Tensor& bias, const DropoutDraw& draw,
                const at::Tensor& out)
{
    at::Tensor result = bias.defined() ? x + bias : x;
    if (draw.threshold)
        result = result * rowFactors(draw, x);
    out.copy_(residual.defined() ? residual + result : result);
}

at::Tensor addDropoutBackward(Tape&, const DropoutDraw& draw, const at::Tensor& gradient, const Parameter& bias)
{
    const at::Tensor dx = draw.threshold ? gradient * rowFactors(draw, gradient) : gradient;
    if (bias.grad.defined())
        bias.grad.add_(dx.sum(0));
    return dx;
}

} // namespace fettle::plain
