// SPDX-License-Identifier: GPL-3.0-or-later
// Products with a matrix that is stored in two bytes a number and multiplied in four.
#pragma once

#include "core/nn/matmul/ways.h"

namespace fettle
{

/// Numbers that are widened at a time: a whole matrix, but for the output matrices of big vocabularies.
constexpr int64_t widenedAtOnce = int64_t{1} << 26;

/// As matmul(), for a and c in float32 and b in bfloat16 or float16, on the processor. b is widened, exactly, into a
/// buffer that is kept for the next product. A b of more than widenedAtOnce numbers is taken some columns at a time:
/// the same sums, though a library may take them in another order where there are fewer columns.
void multiplyNarrow(const MatmulWay& way, const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, bool add);
/// Gives back the buffer of this thread.
void releaseWidened();

} // namespace fettle
