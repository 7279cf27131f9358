// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of embeddings, rotary positions.
#include "core/nn/dropout.h"
#include "core/nn/forms.h"
#include "core/nn/qkv_parts.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
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

void addNoise(const at::Tensor& x, const DropoutDraw& draw, double reach)
{
    const at::Tensor rows = at::arange(x.size(0), x.options().dtype(at::kLong));
    x.add_(noiseFactors(draw, rows, x.size(1), x.options().dtype(wideType(x.scalar_type()))), reach);
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
    const int64_t half = table.cosine.size(1);
    const at::Tensor cosine = at::index_select(table.cosine, 0, positions);
    const at::Tensor sine = at::index_select(table.sine, 0, positions) * (back ? -1 : 1);
    const auto turn = [&](const at::Tensor& heads, at::IntArrayRef spread) {
        const at::Tensor first = heads.narrow(-1, 0, half), second = heads.narrow(-1, half, half);
        const at::Tensor c = cosine.view(spread), s = sine.view(spread);
        heads.narrow(-1, 0, 2 * half).copy_(at::cat({first * c - second * s, second * c + first * s}, -1));
    };
    const QkvParts parts = qkvParts(qkv, shape);
    turn(parts.queries, {-1, 1, 1, half});
    turn(parts.keys, {-1, 1, half});
}

} // namespace fettle::plain
