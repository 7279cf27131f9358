// SPDX-License-Identifier: GPL-3.0-or-later
// The inner loops of AdamW on the processor, compiled for several instruction sets and chosen at run time.
#pragma once

#include <cstdint>

namespace fettle
{

/// One step's numbers, in float as torch applies them.
struct AdamWNumbers {
    float gradScale = 1;             ///< clipping
    float keep = 1;                  ///< 1 - learning rate * weight decay
    float firstRate = 0;             ///< 1 - beta1
    float beta2 = 0, secondRate = 0; ///< secondRate = 1 - beta2
    float secondCorrection = 1;      ///< sqrt(1 - beta2^t)
    float epsilon = 0;
    float stepSize = 0; ///< learning rate / (1 - beta1^t)
};

/// Updates n parameters and both moments, and zeroes the gradients.
void adamwPass(float* value, float* grad, float* first, float* second, int64_t n, const AdamWNumbers& numbers);
/// Sum of squares, gathered in double from short runs in float; the same on every machine with the same lanes.
double squaredSum(const float* values, int64_t n);

} // namespace fettle
