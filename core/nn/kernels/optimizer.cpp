// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/optimizer.h"

#include <algorithm>
#include <cmath>

namespace fettle::FETTLE_KERNEL_ISA
{

void adamw(float* __restrict value, float* __restrict grad, float* __restrict first, float* __restrict second,
           int64_t length, const AdamWNumbers& numbers)
{
    const AdamWNumbers k = numbers;
    for (int64_t i = 0; i < length; ++i) {
        const float g = grad[i] * k.gradScale;
        const float m = first[i] + k.firstRate * (g - first[i]);
        const float v = second[i] * k.beta2 + k.secondRate * g * g;
        first[i] = m;
        second[i] = v;
        grad[i] = 0;
        value[i] = value[i] * k.keep - k.stepSize * (m / (std::sqrt(v) / k.secondCorrection + k.epsilon));
    }
}

double squaredSum(const float* values, int64_t length)
{
    constexpr int64_t run = 1024;
    constexpr int lanes = 16;
    double total = 0;
    for (int64_t start = 0; start < length; start += run) {
        const int64_t end = std::min(start + run, length);
        float sums[lanes] = {};
        int64_t i = start;
        for (; i + lanes <= end; i += lanes)
            for (int lane = 0; lane < lanes; ++lane)
                sums[lane] += values[i + lane] * values[i + lane];
        for (; i < end; ++i)
            sums[0] += values[i] * values[i];
        for (const float sum : sums)
            total += sum;
    }
    return total;
}

} // namespace fettle::FETTLE_KERNEL_ISA
