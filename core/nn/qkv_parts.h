// SPDX-License-Identifier: GPL-3.0-or-later
// Queries, keys and values as views of rows of qkv, whatever their layout.
#pragma once

#include "core/nn/ops.h"

namespace fettle
{

struct QkvParts {
    at::Tensor queries;      ///< [N, kvHeads, group, headDim]
    at::Tensor keys, values; ///< [N, kvHeads, headDim]
};

inline QkvParts qkvParts(const at::Tensor& rows, const AttentionShape& shape)
{
    const int64_t count = rows.size(0), groups = shape.kvHeads, group = shape.group(), dim = shape.headDim;
    if (shape.byGroup) {
        const at::Tensor all = rows.view({count, groups, group + 2, dim});
        return {all.narrow(2, 0, group), all.select(2, group), all.select(2, group + 1)};
    }
    const auto part = [&](int64_t begin) { return rows.narrow(1, begin, groups * dim).view({count, groups, dim}); };
    return {rows.narrow(1, 0, shape.heads * dim).view({count, groups, group, dim}), part(shape.key(0)),
            part(shape.value(0))};
}

} // namespace fettle
