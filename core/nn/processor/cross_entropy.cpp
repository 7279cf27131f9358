// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"
#include "core/nn/parallel.h"

#include <numeric>

namespace fettle::processor
{

double crossEntropy(const at::Tensor& logits, const at::Tensor& bias, const at::Tensor& targets, double smoothing,
                    double scale, bool gradient)
{
    const int64_t rows = logits.size(0), width = logits.size(1);
    float* x = logits.mutable_data_ptr<float>();
    const int64_t* target = targets.const_data_ptr<int64_t>();
    const float* shift = bias.defined() ? bias.const_data_ptr<float>() : nullptr;
    std::vector<double> losses(static_cast<size_t>(rows));
    forRows(rows, width, [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; ++r) {
            if (shift)
                kernels().addBias(x + r * width, width, shift, 1, width);
            losses[static_cast<size_t>(r)] = kernels().crossEntropyRow(x + r * width, width, target[r], smoothing,
                                                                       static_cast<float>(scale), gradient);
        }
    });
    return std::accumulate(losses.begin(), losses.end(), 0.0); // in order: the sum does not depend on the threads
}

} // namespace fettle::processor
