// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/matmul/matmul.h"
#include "core/nn/ops.h"
#include "core/nn/parallel.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_softmax.h>
#include <algorithm>
#include <numeric>

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

// Sum of the losses; logits become their own gradient where `gradient`.
double crossEntropyChunk(const at::Tensor& logits, const OutputHead& head, const at::Tensor& targets, double scale,
                         bool gradient)
{
    const int64_t rows = logits.size(0), width = logits.size(1);
    float* x = logits.mutable_data_ptr<float>();
    const int64_t* target = targets.const_data_ptr<int64_t>();
    const float* bias = head.bias.value.defined() ? head.bias.value.const_data_ptr<float>() : nullptr;
    std::vector<double> losses(static_cast<size_t>(rows));
    forRows(rows, width, [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; ++r) {
            if (bias)
                kernels().addBias(x + r * width, width, bias, 1, width);
            losses[static_cast<size_t>(r)] =
                kernels().crossEntropyRow(x + r * width, width, target[r], static_cast<float>(scale), gradient);
        }
    });
    return std::accumulate(losses.begin(), losses.end(), 0.0); // in order: the sum does not depend on the threads
}

double crossEntropyChunkPlain(const at::Tensor& logits, const OutputHead& head, const at::Tensor& targets, double scale,
                              bool gradient)
{
    if (head.bias.value.defined())
        logits.add_(head.bias.value);
    const at::Tensor logProbabilities = at::log_softmax(logits, 1);
    const at::Tensor index = targets.unsqueeze(1);
    const at::Tensor losses = logProbabilities.gather(1, index);
    if (gradient) {
        logits.copy_(logProbabilities.exp());
        logits.scatter_add_(1, index, (losses * 0).sub_(1));
        logits.mul_(scale);
    }
    return -losses.sum(at::kDouble).item<double>();
}

void addHeadBiasGradient(Tape& tape, const at::Tensor& dLogits, const OutputHead& head)
{
    if (!tape.usesKernels()) {
        head.bias.grad.add_(dLogits.sum(0));
        return;
    }
    const int64_t rows = dLogits.size(0), width = dLogits.size(1);
    const float* dy = dLogits.const_data_ptr<float>();
    float* total = head.bias.grad.mutable_data_ptr<float>();
    at::parallel_for(0, (width + 255) / 256, 1, [&](int64_t first, int64_t last) {
        const int64_t begin = first * 256, end = std::min(width, last * 256);
        kernels().columnSums(dy + begin, width, total + begin, rows, end - begin);
    });
}

} // namespace

double gradedLoss(Tape& tape, const Var& x, const OutputHead& head, const at::Tensor& targets, double gradScale)
{
    const int64_t rows = x->value.size(0), vocabulary = head.weight.value.size(0);
    const bool gradient = tape.records();
    const int64_t chunk = std::min(rows, lossChunk(vocabulary));
    const at::Tensor scratch = tape.empty({chunk, vocabulary});
    GradientTarget dx;
    if (gradient)
        dx = tape.gradientOf(*x);
    double sum = 0;
    for (int64_t begin = 0; begin < rows; begin += chunk) {
        const int64_t count = std::min(chunk, rows - begin);
        const at::Tensor logits = scratch.narrow(0, 0, count), part = x->value.narrow(0, begin, count);
        const at::Tensor right = targets.narrow(0, begin, count);
        matmul(part, head.weight.value.t(), logits);
        sum += tape.usesKernels() ? crossEntropyChunk(logits, head, right, gradScale, gradient)
                                  : crossEntropyChunkPlain(logits, head, right, gradScale, gradient);
        if (!gradient)
            continue;
        matmul(logits, head.weight.value, dx.tensor.narrow(0, begin, count), dx.add);
        if (head.weight.grad.defined())
            matmul(logits.t(), part, head.weight.grad, true);
        if (head.bias.grad.defined())
            addHeadBiasGradient(tape, logits, head);
    }
    return sum;
}

at::Tensor headLogits(Tape& tape, const Var& x, const OutputHead& head)
{
    at::Tensor logits = tape.empty({x->value.size(0), head.weight.value.size(0)});
    matmul(x->value, head.weight.value.t(), logits);
    if (head.bias.value.defined())
        logits.add_(head.bias.value);
    return logits;
}

} // namespace fettle
