// SPDX-License-Identifier: GPL-3.0-or-later
// Products of small matrices, for attention; described in kernels.h.
#pragma once

#include "core/nn/kernels/kernels.h"

namespace fettle::FETTLE_KERNEL_ISA
{

void product(int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t aRow, int64_t aColumn,
             const float* b, int64_t bStride, bool add, float* c, int64_t cStride);
void transpose(const float* x, int64_t stride, int64_t rows, int64_t width, float* out, int64_t outStride);

} // namespace fettle::FETTLE_KERNEL_ISA
