// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/ops.h"
#include "core/nn/parallel.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>

namespace fettle
{

namespace
{

at::Tensor activatePlain(const at::Tensor& x, Activation kind)
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

at::Tensor activateBackwardPlain(const at::Tensor& x, const at::Tensor& gradient, Activation kind)
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

void activationBackward(Tape& tape, const Var& x, Activation kind, const Parameter& bias, const at::Tensor& gradient)
{
    // x has one reader (this operation overwrote it), so the gradient may take the place of the incoming one.
    if (!tape.usesKernels()) {
        const at::Tensor dx = activateBackwardPlain(x->value, gradient, kind);
        if (bias.grad.defined())
            bias.grad.add_(dx.sum(0));
        tape.giveGradient(*x, dx);
        return;
    }
    const int64_t rows = gradient.size(0), width = gradient.size(1);
    const float* in = x->value.const_data_ptr<float>();
    const float* dy = gradient.const_data_ptr<float>();
    const at::Tensor result = gradient.use_count() == 1 ? gradient : tape.empty(gradient.sizes());
    float* dx = result.mutable_data_ptr<float>();
    if (bias.grad.defined()) {
        float* totals[] = {bias.grad.mutable_data_ptr<float>()};
        forRowsSumming(tape, rows, width, width, totals, 1, [&](int64_t begin, int64_t end, float* sums) {
            kernels().activateBackward(kind, in + begin * width, dy + begin * width, dx + begin * width, sums,
                                       end - begin, width);
        });
    } else {
        forRows(rows, width, [&](int64_t begin, int64_t end) {
            kernels().activateBackward(kind, in + begin * width, dy + begin * width, dx + begin * width, nullptr,
                                       end - begin, width);
        });
    }
    tape.giveGradient(*x, result);
}

void swigluBackwardInto(Tape& tape, const Var& x, const at::Tensor& gradient)
{
    const int64_t rows = gradient.size(0), width = gradient.size(1);
    at::Tensor result = tape.empty({rows, 2 * width});
    if (tape.usesKernels()) {
        const float* in = x->value.const_data_ptr<float>();
        const float* dy = gradient.const_data_ptr<float>();
        float* dx = result.mutable_data_ptr<float>();
        forRows(rows, width, [&](int64_t begin, int64_t end) {
            kernels().swigluBackward(in + 2 * begin * width, dy + begin * width, dx + 2 * begin * width, end - begin,
                                     width);
        });
    } else {
        const at::Tensor gate = x->value.narrow(1, 0, width), up = x->value.narrow(1, width, width);
        result.narrow(1, 0, width).copy_(gradient * up * siluSlope(gate));
        result.narrow(1, width, width).copy_(gradient * at::silu(gate));
    }
    tape.giveGradient(*x, result);
}

} // namespace

Var activation(Tape& tape, const Var& x, Activation kind, const Parameter& bias)
{
    Var out = tape.make(x->value.sizes());
    if (tape.usesKernels()) {
        const int64_t width = x->value.size(1);
        float* in = x->value.mutable_data_ptr<float>();
        float* y = out->value.mutable_data_ptr<float>();
        const float* shift = bias.value.defined() ? bias.value.const_data_ptr<float>() : nullptr;
        forRows(x->value.size(0), width, [&](int64_t begin, int64_t end) {
            kernels().activate(kind, in + begin * width, shift, y + begin * width, end - begin, width);
        });
    } else {
        if (bias.value.defined())
            x->value.add_(bias.value);
        out->value.copy_(activatePlain(x->value, kind));
    }
    if (tape.records())
        tape.onBackward([&tape, x, out, kind, bias] {
            if (const at::Tensor gradient = Tape::takeGradient(*out); gradient.defined())
                activationBackward(tape, x, kind, bias, gradient);
        });
    return out;
}

Var swiglu(Tape& tape, const Var& x)
{
    const int64_t rows = x->value.size(0), width = x->value.size(1) / 2;
    Var out = tape.make({rows, width});
    if (tape.usesKernels()) {
        const float* in = x->value.const_data_ptr<float>();
        float* y = out->value.mutable_data_ptr<float>();
        forRows(rows, width, [&](int64_t begin, int64_t end) {
            kernels().swiglu(in + 2 * begin * width, y + begin * width, end - begin, width);
        });
    } else {
        out->value.copy_(at::silu(x->value.narrow(1, 0, width)) * x->value.narrow(1, width, width));
    }
    if (tape.records())
        tape.onBackward([&tape, x, out] {
            if (const at::Tensor gradient = Tape::takeGradient(*out); gradient.defined())
                swigluBackwardInto(tape, x, gradient);
        });
    return out;
}

} // namespace fettle
