// SPDX-License-Identifier: GPL-3.0-or-later
// How fast this machine multiplies matrices.
#include "core/train/matmul_rate.h"

#include "core/train/stopwatch.h"

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <algorithm>
#include <map>
#include <mutex>

namespace fettle
{

double matmulFlopsPerSecond(int threads)
{
    static std::mutex mutex;
    static std::map<int, double> measured;
    const std::lock_guard lock(mutex);
    if (const auto found = measured.find(threads); found != measured.end())
        return found->second;
    constexpr int64_t size = 512;
    const int before = at::get_num_threads();
    if (before != threads)
        at::set_num_threads(std::max(1, threads));
    const at::Tensor a = at::ones({size, size}), b = at::ones({size, size});
    double best = 1e9;
    at::mm(a, b);
    for (int i = 0; i < 3; ++i) { // the best of three: a busy machine only ever slows it
        const Stopwatch watch;
        at::mm(a, b);
        best = std::min(best, watch.seconds());
    }
    if (before != threads)
        at::set_num_threads(before);
    return measured[threads] = 2.0 * size * size * size / std::max(best, 1e-6);
}

} // namespace fettle
