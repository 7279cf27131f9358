// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"
#include "core/nn/matmul/matmul.h"

namespace fettle
{

namespace
{

int64_t outputsOf(const Matrix& matrix)
{
    return matrix.weight.value.size(matrix.inputFirst ? 1 : 0);
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
            tape.forms().addColumnSums(tape, part, matrix.bias.grad);
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
            tape.forms().addBias(part, matrix.bias.value);
    }
    if (tape.records())
        tape.onBackward([&tape, x, out, matrices] {
            if (const at::Tensor gradient = Tape::takeGradient(*out); gradient.defined())
                linearBackward(tape, x, matrices, gradient);
        });
    return out;
}

} // namespace fettle
