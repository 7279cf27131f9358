// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_softmax.h>

namespace fettle::plain
{

double crossEntropy(const at::Tensor& logits, const at::Tensor& bias, const at::Tensor& targets, double smoothing,
                    double scale, bool gradient)
{
    if (bias.defined())
        logits.add_(bias);
    const at::Tensor logProbabilities = at::log_softmax(logits, 1, wideType(logits.scalar_type()));
    const at::Tensor index = targets.unsqueeze(1);
    const at::Tensor right = logProbabilities.gather(1, index);
    at::Tensor losses = right;
    if (smoothing > 0)
        losses = right * (1 - smoothing) + logProbabilities.mean(1, true) * smoothing;
    if (gradient) {
        logits.copy_(logProbabilities.exp());
        if (smoothing > 0)
            logits.sub_(smoothing / static_cast<double>(logits.size(1)));
        logits.scatter_add_(1, index, (right * 0).sub_(1 - smoothing).to(logits.scalar_type()));
        logits.mul_(scale);
    }
    return -losses.sum(at::kDouble).item<double>();
}

} // namespace fettle::plain
