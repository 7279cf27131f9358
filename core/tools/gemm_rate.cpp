// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tools/gemm_rate.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <algorithm>
#include <chrono>

namespace fettle
{

double measureGemmGflops()
{
    constexpr int64_t size = 2048;
    const auto options = at::TensorOptions().dtype(at::kFloat);
    const at::Tensor a = at::ones({size, size}, options), b = at::ones({size, size}, options);
    at::Tensor product = at::empty({size, size}, options);
    double best = 0, spent = 0;
    for (int i = 0; i < 12 && (i < 3 || spent < 1); ++i) {
        const auto begin = std::chrono::steady_clock::now();
        at::mm_out(product, a, b);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        spent += took.count();
        best = std::max(best, 2.0 * size * size * size / took.count() / 1e9);
    }
    return best;
}

} // namespace fettle
