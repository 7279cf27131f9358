// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a way of multiplying computes right: against double precision.
#pragma once

#include "core/nn/matmul/ways.h"

namespace fettle
{

/// The largest error of a product c = a b (or c += a b), against the same in double precision, as a share of what
/// rounding in fp32 may cost it: right where it is at most 1. NaN and infinity count as infinite.
double productError(const MatmulWay& way, const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, bool add);

/// The largest of productError over small and large products, transposed, strided, overwriting, adding and empty ones;
/// some milliseconds. Always the same numbers.
double largestError(const MatmulWay& way);

} // namespace fettle
