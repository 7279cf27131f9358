// SPDX-License-Identifier: GPL-3.0-or-later
// Products of matrices: the one place through which every product of the engine goes that is not a processor kernel's.
#pragma once

#include <ATen/core/Tensor.h>

namespace fettle
{

/// c = a b, or c += a b with `add`, for a [m, k], b [k, n] and c [m, n] on one device; a and b are of one type, which
/// c may be wider than, or b is bfloat16 or float16, a parameter that is stored so: it is widened (narrow.h). Any of
/// them may be a strided view (transposed, a part of the columns); c must not overlap the others. On the processor and
/// in fp32 the way in use (choice.h) multiplies, elsewhere LibTorch.
void matmul(const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, bool add = false);

/// a [batch, m, k] b [batch, k, n], new. For plain forms: it allocates.
at::Tensor batchedMatmul(const at::Tensor& a, const at::Tensor& b);

} // namespace fettle
