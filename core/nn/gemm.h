// SPDX-License-Identifier: GPL-3.0-or-later
// Small row-major matrix products inside a parallel region: the processor's BLAS without torch's tensors around it.
#pragma once

#include <cstdint>

namespace fettle
{

/// A row-major operand: `stride` elements from row to row; `transposed` swaps its roles of row and column.
struct Operand {
    const float* data;
    int64_t stride;
    bool transposed = false;
};

/// c [m, n] = alpha a b + beta c, with a [m, k] and b [k, n] after transposition. Runs on the calling thread where that
/// is inside a parallel region.
void smallGemm(int64_t m, int64_t n, int64_t k, float alpha, const Operand& a, const Operand& b, float beta, float* c,
               int64_t stride);
/// The same without BLAS, for a LibTorch that hides its own.
void smallGemmPlain(int64_t m, int64_t n, int64_t k, float alpha, const Operand& a, const Operand& b, float beta,
                    float* c, int64_t stride);

} // namespace fettle
