// SPDX-License-Identifier: GPL-3.0-or-later
// Weights taken apart into their direction and their size (DoRA, Liu et al., arXiv:2402.09353).
#include "core/nn/forms.h"
#include "core/nn/matmul/matmul.h"

#include <ATen/ops/add.h>
#include <ATen/ops/div.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/mul.h>

namespace fettle
{

at::Tensor weightNorm(Tape& tape, const Matrix& matrix, const LowRank& adapter)
{
    constexpr int64_t rowsAtOnce = 256; // nothing of the matrix's size is held
    const at::Tensor outByIn = matrix.inputFirst ? matrix.weight.value.t() : matrix.weight.value;
    const at::Tensor norms = tape.empty({outByIn.size(0)});
    for (int64_t row = 0; row < outByIn.size(0); row += rowsAtOnce) {
        const int64_t rows = std::min(rowsAtOnce, outByIn.size(0) - row);
        at::Tensor changed = tape.empty({rows, outByIn.size(1)}), part = norms.narrow(0, row, rows);
        matmul(adapter.up.value.narrow(0, row, rows), adapter.down.value, changed);
        at::add_out(changed, outByIn.narrow(0, row, rows), changed, adapter.scale);
        at::linalg_vector_norm_out(part, changed, 2, at::IntArrayRef{1});
    }
    return norms;
}

namespace
{

void joinedBackward(Tape& tape, const Columns& part, const at::Tensor& factor, const at::Tensor& gradient)
{
    if (part.bias.grad.defined())
        tape.forms().addColumnSums(tape, gradient, part.bias.grad);
    // Copies: `gradient` is a part of what others may hold, too.
    at::Tensor dProduct = tape.empty(gradient.sizes());
    if (part.beside) {
        dProduct.copy_(gradient);
        tape.giveGradient(*part.beside, dProduct);
        dProduct = tape.empty(gradient.sizes());
    }
    if (!factor.defined()) {
        dProduct.copy_(gradient);
        tape.giveGradient(*part.product, dProduct);
        return;
    }
    if (part.magnitude.grad.defined()) {
        const at::Tensor sums = tape.wide(factor.sizes()).zero_();
        at::mul_out(dProduct, gradient, part.product->value);
        tape.forms().addColumnSums(tape, dProduct, sums);
        part.magnitude.grad.addcdiv_(sums, part.norm);
    }
    at::mul_out(dProduct, gradient, factor);
    tape.giveGradient(*part.product, dProduct);
}

} // namespace

Var joined(Tape& tape, const std::vector<Columns>& parts)
{
    int64_t outputs = 0;
    for (const Columns& part : parts)
        outputs += part.product->value.size(1);
    Var out = tape.make({parts.front().product->value.size(0), outputs});
    std::vector<at::Tensor> factors;
    int64_t column = 0;
    for (const Columns& part : parts) {
        const int64_t width = part.product->value.size(1);
        at::Tensor target = out->value.narrow(1, column, width), factor;
        column += width;
        if (part.magnitude.value.defined()) {
            factor = tape.empty({width});
            at::div_out(factor, part.magnitude.value, part.norm);
            at::mul_out(target, part.product->value, factor);
        } else {
            target.copy_(part.product->value);
        }
        factors.push_back(factor);
        if (part.beside)
            target.add_(part.beside->value);
        if (part.bias.value.defined())
            tape.forms().addBias(target, part.bias.value);
    }
    if (tape.records())
        tape.onBackward([&tape, parts, factors, out] {
            const at::Tensor gradient = Tape::takeGradient(*out);
            int64_t first = 0;
            for (size_t i = 0; gradient.defined() && i < parts.size(); ++i) {
                const int64_t width = parts[i].product->value.size(1);
                joinedBackward(tape, parts[i], factors[i], gradient.narrow(1, first, width));
                first += width;
            }
        });
    return out;
}

} // namespace fettle
