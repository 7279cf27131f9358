// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/ops.h"
#include "core/nn/parallel.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/pow.h>

namespace fettle
{

namespace
{

void rotateQkv(Tape& tape, const at::Tensor& qkv, const at::Tensor& positions, const AttentionShape& shape,
               const RotaryTable& table, bool back)
{
    const int64_t rotated = shape.heads + shape.kvHeads, half = shape.headDim / 2;
    if (!tape.usesKernels()) {
        const at::Tensor cosine = at::index_select(table.cosine, 0, positions).unsqueeze(1);
        const at::Tensor sine = at::index_select(table.sine, 0, positions).unsqueeze(1) * (back ? -1 : 1);
        const at::Tensor all = qkv.narrow(1, 0, rotated * shape.headDim).view({-1, rotated, shape.headDim});
        const at::Tensor first = all.narrow(2, 0, half), second = all.narrow(2, half, half);
        all.copy_(at::cat({first * cosine - second * sine, second * cosine + first * sine}, 2));
        return;
    }
    float* rows = qkv.mutable_data_ptr<float>();
    const int64_t* position = positions.const_data_ptr<int64_t>();
    const float* cosine = table.cosine.const_data_ptr<float>();
    const float* sine = table.sine.const_data_ptr<float>();
    forRows(qkv.size(0), shape.width(), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
            kernels().rotate(rows + i * shape.width(), rotated, shape.headDim, cosine + position[i] * half,
                             sine + position[i] * half, back);
    });
}

} // namespace

RotaryTable rotaryTable(int64_t positions, int64_t headDim, double theta, const at::TensorOptions& options)
{
    // In float32 as transformers computes it, whatever type the model runs in.
    const auto single = at::TensorOptions().dtype(at::kFloat);
    const at::Tensor exponents = at::arange(0, headDim, 2, single) / headDim;
    const at::Tensor frequencies = at::pow(at::Scalar(theta), exponents).reciprocal();
    const at::Tensor angles = at::outer(at::arange(positions, single), frequencies);
    return {angles.cos().to(options), angles.sin().to(options)};
}

Var rotary(Tape& tape, const Var& qkv, const at::Tensor& positions, const AttentionShape& shape,
           const RotaryTable& table)
{
    rotateQkv(tape, qkv->value, positions, shape, table, false);
    if (tape.records())
        tape.onBackward([&tape, qkv, positions, shape, table] {
            if (qkv->grad.defined())
                rotateQkv(tape, tape.gradientOf(*qkv).tensor, positions, shape, table, true);
        });
    return qkv;
}

} // namespace fettle
