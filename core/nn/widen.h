// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters that are stored in two bytes a number (Arena::lend), as float32.
#pragma once

#include "core/nn/kernels/kernels.h"

#include <ATen/core/Tensor.h>

namespace fettle
{

/// y = `length` numbers of x, bfloat16 or float16, from element `first` on.
inline void widen(const at::Tensor& x, int64_t first, float* y, int64_t length)
{
    const auto* bits = static_cast<const uint16_t*>(x.const_data_ptr()) + first;
    x.scalar_type() == at::kHalf ? kernels().widenFloat16(bits, y, length) : kernels().widenBfloat16(bits, y, length);
}

} // namespace fettle
