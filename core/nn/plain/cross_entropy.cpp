// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_softmax.h>

namespace fettle::plain
{

double crossEntropy(const at::Tensor& logits, const at::Tensor& bias, const at::Tensor& targets, double scale,
                    bool gradient)
{
    if (bias.defined())
        logits.add_(bias);
    const at::Tensor logProbabilities = at::log_softmax(logits, 1, wideType(logits.scalar_type()));
    const at::Tensor index = targets.unsqueeze(1);
    const at::Tensor losses = logProbabilities.gather(1, index);
    if (gradient) {
        logits.copy_(logProbabilities.exp());
        logits.scatter_add_(1, index, (losses * 0).sub_(1).to(logits.scalar_type()));
        logits.mul_(scale);
    }
    return -losses.sum(at::kDouble).item<double>();
}

} // namespace fettle::plain
