// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels of kernels.h that an optimizer is made of; described there.
#pragma once

#include "core/nn/kernels/kernels.h"

namespace fettle::FETTLE_KERNEL_ISA
{

void adamw(float* value, float* grad, float* first, float* second, int64_t length, const AdamWNumbers& numbers);
void adamw8bit(float* value, float* grad, const ByteMoment& first, const ByteMoment& second, int64_t length,
               const AdamWNumbers& numbers);
double squaredSum(const float* values, int64_t length);

} // namespace fettle::FETTLE_KERNEL_ISA
