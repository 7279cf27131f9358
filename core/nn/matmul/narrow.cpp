// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/matmul/narrow.h"

#include "core/nn/buffer_pool.h"
#include "core/nn/widen.h"

#include <ATen/Parallel.h>
#include <algorithm>

namespace fettle
{

namespace
{

/// Of each thread that multiplies: memory that is new each time costs as much as what is written into it.
struct WidenedBuffer {
    BufferPool pool;
    at::Tensor tensor;
};
thread_local WidenedBuffer widenedBuffer;

at::Tensor bufferOf(int64_t numel)
{
    at::Tensor& buffer = widenedBuffer.tensor;
    if (!buffer.defined() || buffer.numel() < numel) {
        releaseWidened();
        buffer = widenedBuffer.pool.take({numel}, at::kFloat);
    }
    return buffer.narrow(0, 0, numel);
}

/// Columns [first, first + count) of b in float32, laid out as they are there.
at::Tensor widenedColumns(const at::Tensor& b, int64_t first, int64_t count)
{
    const bool byColumn = b.stride(0) == 1;
    const int64_t lines = byColumn ? count : b.size(0), length = byColumn ? b.size(0) : count;
    const int64_t stride = byColumn ? b.stride(1) : b.stride(0), begin = first * b.stride(1);
    const at::Tensor panel = bufferOf(lines * length).view({lines, length});
    auto* target = panel.mutable_data_ptr<float>();
    at::parallel_for(0, lines, std::max<int64_t>(1, 16384 / length), [&](int64_t from, int64_t to) {
        for (int64_t line = from; line < to; ++line)
            widen(b, begin + line * stride, target + line * length, length);
    });
    return byColumn ? panel.t() : panel;
}

} // namespace

void multiplyNarrow(const MatmulWay& way, const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, bool add)
{
    if (b.stride(0) != 1 && b.stride(1) != 1) { // no parameter lies so
        way.multiply(a, b.to(at::kFloat), c, add);
        return;
    }
    constexpr int64_t columnStep = 64;
    const int64_t atOnce = widenedAtOnce / std::max<int64_t>(b.size(0), 1) / columnStep * columnStep;
    const int64_t columns = b.numel() <= widenedAtOnce ? b.size(1) : std::max(columnStep, atOnce);
    for (int64_t first = 0; first < b.size(1); first += columns) {
        const int64_t count = std::min(columns, b.size(1) - first);
        way.multiply(a, widenedColumns(b, first, count), c.narrow(1, first, count), add);
    }
}

void releaseWidened()
{
    widenedBuffer.tensor.reset();
    widenedBuffer.pool.release();
}

} // namespace fettle
