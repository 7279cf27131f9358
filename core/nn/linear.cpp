// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/matmul/matmul.h"
#include "core/nn/ops.h"
#include "core/nn/parallel.h"

namespace fettle
{

namespace
{

int64_t outputsOf(const Matrix& matrix)
{
    return matrix.weight.value.size(matrix.inputFirst ? 1 : 0);
}

void addLinearBias(Tape& tape, const at::Tensor& out, const at::Tensor& bias)
{
    if (!tape.usesKernels()) {
        out.add_(bias);
        return;
    }
    float* y = out.mutable_data_ptr<float>();
    const int64_t stride = out.stride(0), width = out.size(1);
    forRows(out.size(0), width, [&](int64_t begin, int64_t end) {
        kernels().addBias(y + begin * stride, stride, bias.const_data_ptr<float>(), end - begin, width);
    });
}

void addBiasGradient(Tape& tape, const at::Tensor& gradient, const at::Tensor& biasGrad)
{
    if (!tape.usesKernels()) {
        biasGrad.add_(gradient.sum(0));
        return;
    }
    const float* dy = gradient.const_data_ptr<float>();
    const int64_t stride = gradient.stride(0), width = gradient.size(1);
    float* totals[] = {biasGrad.mutable_data_ptr<float>()};
    forRowsSumming(tape, gradient.size(0), width, width, totals, 1, [&](int64_t begin, int64_t end, float* sums) {
        kernels().columnSums(dy + begin * stride, stride, sums, end - begin, width);
    });
}

void linearBackward(Tape& tape, const Var& x, const std::vector<Matrix>& matrices, const at::Tensor& gradient)
{
    GradientTarget dx = tape.gradientOf(*x);
    int64_t column = 0;
    for (const Matrix& matrix : matrices) {
        const int64_t outputs = outputsOf(matrix);
        const at::Tensor part = gradient.narrow(1, column, outputs);
        column += outputs;
        const at::Tensor outByIn = matrix.inputFirst ? matrix.weight.value.t() : matrix.weight.value;
        matmul(part, outByIn, dx.tensor, dx.add);
        dx.add = true;
        if (matrix.weight.grad.defined())
            matrix.inputFirst ? matmul(x->value.t(), part, matrix.weight.grad, true)
                              : matmul(part.t(), x->value, matrix.weight.grad, true);
        if (matrix.bias.grad.defined())
            addBiasGradient(tape, part, matrix.bias.grad);
    }
}

} // namespace

Var linear(Tape& tape, const Var& x, const std::vector<Matrix>& matrices)
{
    int64_t outputs = 0;
    for (const Matrix& matrix : matrices)
        outputs += outputsOf(matrix);
    Var out = tape.make({x->value.size(0), outputs});
    int64_t column = 0;
    for (const Matrix& matrix : matrices) {
        const at::Tensor part = out->value.narrow(1, column, outputsOf(matrix));
        column += outputsOf(matrix);
        matmul(x->value, matrix.inputFirst ? matrix.weight.value : matrix.weight.value.t(), part);
        if (matrix.bias.value.defined())
            addLinearBias(tape, part, matrix.bias.value);
    }
    if (tape.records())
        tape.onBackward([&tape, x, out, matrices] {
            if (const at::Tensor gradient = Tape::takeGradient(*out); gradient.defined())
                linearBackward(tape, x, matrices, gradient);
        });
    return out;
}

} // namespace fettle
