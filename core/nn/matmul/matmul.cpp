// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/matmul/matmul.h"

#include "core/nn/matmul/narrow.h"

#include <ATen/ops/bmm.h>

namespace fettle
{

void matmul(const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, bool add)
{
    const bool isOurs = c.is_cpu() && c.scalar_type() == at::kFloat && a.scalar_type() == at::kFloat;
    const MatmulWay& way = isOurs ? matmulWay() : matmulWays().front();
    if (b.scalar_type() == a.scalar_type())
        way.multiply(a, b, c, add);
    else if (isOurs)
        multiplyNarrow(way, a, b, c, add);
    else
        way.multiply(a, b.to(a.scalar_type()), c, add);
}

at::Tensor batchedMatmul(const at::Tensor& a, const at::Tensor& b)
{
    return at::bmm(a, b);
}

} // namespace fettle
