// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers that 8-bit optimizers keep moments in: dynamic quantisation (Dettmers, arXiv:1511.04561; block-wise in
// arXiv:2110.02861), seven decades whose upper ones are divided the finest.
#pragma once

#include "core/nn/kernels/kernels.h"

#include <ATen/core/Tensor.h>
#include <array>

namespace fettle
{

/// create_dynamic_map() of bitsandbytes and torchao, to the bit: with `isSigned` 127 numbers on each side of zero, else
/// 254 above it; and 0 and 1.
const ByteMap& dynamicMap(bool isSigned);
/// Its numbers, [256], in memory that stays.
at::Tensor dynamicMapTensor(bool isSigned);
/// Where codes change: a number has as many of these at or below it as its code says. As torchao rounds: the upper
/// number from half of the way on, in float.
const std::array<float, 255>& codeBoundaries(bool isSigned);

} // namespace fettle
