// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"
#include "core/nn/matmul/matmul.h"

#include <ATen/ops/argmax.h>
#include <ATen/ops/eq.h>
#include <algorithm>

namespace fettle
{

namespace
{

// Rows of logits that exist at once: few enough to stay in the cache where the vocabulary is small, enough to make good
// use of each reading of the matrix where it is big.
int64_t lossChunk(int64_t vocabulary)
{
    return std::clamp<int64_t>((int64_t{1} << 21) / vocabulary, 256, 2048);
}

/// Adds the bias, then caps; `slopes` may be undefined.
void capLogits(Tape& tape, const OutputHead& head, const at::Tensor& logits, const at::Tensor& slopes)
{
    if (head.bias.value.defined())
        tape.forms().addBias(logits, head.bias.value);
    tape.forms().softCap(logits, head.cap, slopes);
}

} // namespace

double gradedLoss(Tape& tape, const Var& x, const OutputHead& head, const at::Tensor& targets, double gradScale,
                  double smoothing, int64_t* right)
{
    const int64_t rows = x->value.size(0), vocabulary = head.weight.value.size(0);
    const bool gradient = tape.records();
    const int64_t chunk = std::min(rows, lossChunk(vocabulary));
    const at::Tensor scratch = tape.empty({chunk, vocabulary});
    const at::Tensor slopes = gradient && head.cap != 0 ? tape.empty({chunk, vocabulary}) : at::Tensor();
    GradientTarget dx;
    if (gradient)
        dx = tape.gradientOf(*x);
    double sum = 0;
    if (right != nullptr)
        *right = 0;
    for (int64_t begin = 0; begin < rows; begin += chunk) {
        const int64_t count = std::min(chunk, rows - begin);
        const at::Tensor logits = scratch.narrow(0, 0, count), part = x->value.narrow(0, begin, count);
        const at::Tensor wanted = targets.narrow(0, begin, count);
        matmul(part, head.weight.value.t(), logits);
        const at::Tensor slope = slopes.defined() ? slopes.narrow(0, 0, count) : slopes;
        if (head.cap != 0)
            capLogits(tape, head, logits, slope);
        const at::Tensor bias = head.cap != 0 ? at::Tensor() : head.bias.value;
        sum += tape.forms().crossEntropy(logits, bias, wanted, smoothing, gradScale, gradient);
        if (!gradient && right != nullptr) // the logits are still there, with their bias
            *right += at::eq(at::argmax(logits, 1), wanted).sum().item<int64_t>();
        if (!gradient)
            continue;
        if (slope.defined())
            logits.mul_(slope);
        matmul(logits, head.weight.value, dx.tensor.narrow(0, begin, count), dx.add);
        if (head.weight.grad.defined())
            matmul(logits.t(), part, head.weight.grad, true);
        if (head.bias.grad.defined())
            tape.forms().addColumnSums(tape, logits, head.bias.grad);
    }
    return sum;
}

at::Tensor headLogits(Tape& tape, const Var& x, const OutputHead& head)
{
    at::Tensor logits = tape.empty({x->value.size(0), head.weight.value.size(0)});
    matmul(x->value, head.weight.value.t(), logits);
    if (head.cap != 0)
        capLogits(tape, head, logits, {});
    else if (head.bias.value.defined())
        tape.forms().addBias(logits, head.bias.value);
    return logits;
}

} // namespace fettle
