// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/ops.h"
#include "core/nn/parallel.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index_select.h>
#include <cstring>

namespace fettle
{

namespace
{

void embeddingForward(const std::vector<Lookup>& lookups, const at::Tensor& out)
{
    const int64_t width = out.size(1);
    float* y = out.mutable_data_ptr<float>();
    forRows(out.size(0), width, [&](int64_t begin, int64_t end) {
        bool first = true;
        for (const Lookup& lookup : lookups) {
            const float* table = lookup.table.value.const_data_ptr<float>();
            const int64_t* ids = lookup.ids.const_data_ptr<int64_t>();
            for (int64_t i = begin; i < end; ++i) {
                if (first)
                    std::memcpy(y + i * width, table + ids[i] * width, static_cast<size_t>(width) * sizeof(float));
                else
                    kernels().axpy(1.0F, table + ids[i] * width, y + i * width, width);
            }
            first = false;
        }
    });
}

// Several rows may meet in one row of the table: threads share out the columns, so each sum has one order.
void embeddingBackward(const Lookup& lookup, const at::Tensor& gradient)
{
    const int64_t rows = gradient.size(0), width = gradient.size(1);
    const float* dy = gradient.const_data_ptr<float>();
    float* table = lookup.table.grad.mutable_data_ptr<float>();
    const int64_t* ids = lookup.ids.const_data_ptr<int64_t>();
    at::parallel_for(0, (width + 15) / 16, std::max<int64_t>(1, 1024 / std::max<int64_t>(rows, 1)),
                     [&](int64_t first, int64_t last) {
                         const int64_t begin = first * 16, end = std::min(width, last * 16);
                         for (int64_t i = 0; i < rows; ++i)
                             if (ids[i] != lookup.padding)
                                 kernels().axpy(1.0F, dy + i * width + begin, table + ids[i] * width + begin,
                                                end - begin);
                     });
}

} // namespace

Var embedding(Tape& tape, const std::vector<Lookup>& lookups)
{
    const int64_t width = lookups.front().table.value.size(1);
    Var out = tape.make({lookups.front().ids.size(0), width});
    if (tape.usesKernels()) {
        embeddingForward(lookups, out->value);
    } else {
        out->value.zero_();
        for (const Lookup& lookup : lookups)
            out->value.add_(at::index_select(lookup.table.value, 0, lookup.ids));
    }
    if (tape.records())
        tape.onBackward([&tape, out, lookups] {
            const at::Tensor gradient = Tape::takeGradient(*out);
            if (!gradient.defined())
                return;
            for (const Lookup& lookup : lookups) {
                if (!lookup.table.grad.defined())
                    continue;
                if (tape.usesKernels())
                    embeddingBackward(lookup, gradient);
                else if (lookup.padding < 0)
                    lookup.table.grad.index_add_(0, lookup.ids, gradient);
                else
                    lookup.table.grad.index_add_(
                        0, lookup.ids, gradient * lookup.ids.ne(lookup.padding).to(gradient.dtype()).unsqueeze(1));
            }
        });
    return out;
}

} // namespace fettle
