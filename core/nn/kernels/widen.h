// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of two bytes as numbers of four; described in kernels.h.
#pragma once

#include "core/nn/kernels/kernels.h"

namespace fettle::FETTLE_KERNEL_ISA
{

void widenBfloat16(const uint16_t* x, float* y, int64_t length);
void widenFloat16(const uint16_t* x, float* y, int64_t length);

} // namespace fettle::FETTLE_KERNEL_ISA
