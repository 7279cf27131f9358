// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of embeddings, rotary positions.
#include "core/nn/forms.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/index_select.h>

namespace fettle::plain
{

void embed(const std::vector<Lookup>& lookups, const at::Tensor& out)
{
    out.zero_();
    for (const Lookup& lookup : lookups)
        out.add_(at::index_select(lookup.table.value, 0, lookup.ids));
}

void embedBackward(const Lookup& lookup, const at::Tensor& gradient)
{
    const at::Tensor wide = gradient.to(lookup.table.grad.scalar_type());
    if (lookup.padding < 0)
        lookup.table.grad.index_add_(0, lookup.ids, wide);
    else
        lookup.table.grad.index_add_(0, lookup.ids, wide * lookup.ids.ne(lookup.padding).to(wide.dtype()).unsqueeze(1));
}

void rotate(const at::Tensor& qkv, const at::Tensor& positions, const AttentionShape& shape, const RotaryTable& table,
            bool back)
{
    const int64_t rotated = shape.heads + shape.kvHeads, half = shape.headDim / 2;
    const at::Tensor cosine = at::index_select(table.cosine, 0, positions).unsqueeze(1);
    const at::Tensor sine = at::index_select(table.sine, 0, positions).unsqueeze(1) * (back ? -1 : 1);
    const at::Tensor all = qkv.narrow(1, 0, rotated * shape.headDim).view({-1, rotated, shape.headDim});
    const at::Tensor first = all.narrow(2, 0, half), second = all.narrow(2, half, half);
    all.copy_(at::cat({first * cosine - second * sine, second * cosine + first * sine}, 2));
}

} // namespace fettle::plain
