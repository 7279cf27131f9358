// SPDX-License-Identifier: GPL-3.0-or-later
// Loops over rows on all threads, and sums over rows whose result does not depend on the number of threads.
#pragma once

#include "core/nn/tape.h"
#include "core/tensors/arena.h"

#include <ATen/Parallel.h>
#include <algorithm>

namespace fettle
{

/// Rows that make a task worth a thread, for rows of `width` elements.
inline int64_t rowGrain(int64_t width)
{
    return std::max<int64_t>(1, 16384 / std::max<int64_t>(width, 1));
}

/// run(begin, end) for parts of [0, rows).
template <typename Run>
void forRows(int64_t rows, int64_t width, const Run& run)
{
    at::parallel_for(0, rows, rowGrain(width), run);
}

/// Where the sums of a parameter's gradient go: null where it is frozen.
inline float* sumsOf(const Parameter& parameter)
{
    return parameter.grad.defined() ? parameter.grad.mutable_data_ptr<float>() : nullptr;
}

/// run(begin, end, sums) for fixed blocks of rows, each with zeroed `sums` of `sumWidth` floats of its own, which are
/// then added to `totals` (views [sumWidth]; null: nobody wants them) in the order of the blocks.
template <typename Run>
void forRowsSumming(Tape& tape, int64_t rows, int64_t width, int64_t sumWidth, float* const* totals,
                    int64_t totalsCount, const Run& run)
{
    // At most 32 blocks, whatever the threads: the sums are the same on every machine with these kernels.
    const int64_t blockRows = std::max<int64_t>((rows + 31) / 32, rowGrain(width));
    const int64_t blocks = (rows + blockRows - 1) / blockRows;
    const int64_t stride = (sumWidth * totalsCount + 15) / 16 * 16;
    at::Tensor partial = tape.empty({blocks, stride});
    float* sums = partial.mutable_data_ptr<float>();
    at::parallel_for(0, blocks, 1, [&](int64_t first, int64_t last) {
        for (int64_t block = first; block < last; ++block) {
            std::fill_n(sums + block * stride, stride, 0.0F);
            run(block * blockRows, std::min(rows, (block + 1) * blockRows), sums + block * stride);
        }
    });
    for (int64_t t = 0; t < totalsCount; ++t)
        for (int64_t block = 0; totals[t] && block < blocks; ++block)
            kernels().axpy(1.0F, sums + block * stride + t * sumWidth, totals[t], sumWidth);
}

} // namespace fettle
