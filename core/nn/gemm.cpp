// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/gemm.h"

#include "core/nn/kernels/kernels.h"

// The Fortran BLAS inside LibTorch (MKL, OpenBLAS). Weak: a LibTorch that hides its BLAS still links.
extern "C" __attribute__((weak)) void sgemm_(const char* transA, const char* transB, const int* m, const int* n,
                                             const int* k, const float* alpha, const float* a, const int* lda,
                                             const float* b, const int* ldb, const float* beta, float* c,
                                             const int* ldc);

namespace fettle
{

namespace
{

float operandAt(const Operand& operand, int64_t row, int64_t column)
{
    return operand.transposed ? operand.data[column * operand.stride + row]
                              : operand.data[row * operand.stride + column];
}

} // namespace

void smallGemmPlain(int64_t m, int64_t n, int64_t k, float alpha, const Operand& a, const Operand& b, float beta,
                    float* c, int64_t stride)
{
    for (int64_t i = 0; i < m; ++i) {
        float* row = c + i * stride;
        for (int64_t j = 0; j < n; ++j)
            row[j] = beta == 0 ? 0 : beta * row[j];
        for (int64_t l = 0; l < k; ++l) {
            const float factor = alpha * operandAt(a, i, l);
            if (!b.transposed)
                kernels().axpy(factor, b.data + l * b.stride, row, n);
            else
                for (int64_t j = 0; j < n; ++j)
                    row[j] += factor * b.data[j * b.stride + l];
        }
    }
}

void smallGemm(int64_t m, int64_t n, int64_t k, float alpha, const Operand& a, const Operand& b, float beta, float* c,
               int64_t stride)
{
    if (!sgemm_) {
        smallGemmPlain(m, n, k, alpha, a, b, beta, c, stride);
        return;
    }
    // BLAS is column-major: it is given the transposed product, b' a'.
    const int rows = static_cast<int>(n), columns = static_cast<int>(m), inner = static_cast<int>(k);
    const int left = static_cast<int>(b.stride), right = static_cast<int>(a.stride), out = static_cast<int>(stride);
    sgemm_(b.transposed ? "T" : "N", a.transposed ? "T" : "N", &rows, &columns, &inner, &alpha, b.data, &left, a.data,
           &right, &beta, c, &out);
}

} // namespace fettle
