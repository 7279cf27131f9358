// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/product.h"

#include <cstring>

namespace fettle::FETTLE_KERNEL_ISA
{

namespace
{

// Floats of a register, and rows of the block of sums that stays in registers (two registers wide).
#if defined(__AVX512F__)
constexpr int registerFloats = 16, blockRows = 8;
#elif defined(__AVX__)
constexpr int registerFloats = 8, blockRows = 4;
#else
constexpr int registerFloats = 4, blockRows = 4;
#endif

struct ProductOperands {
    int64_t k;
    float alpha;
    const float* a;
    int64_t aRow, aColumn;
    const float* b;
    int64_t bStride;
    bool add;
    float* c;
    int64_t cStride;
};

// c [Rows, Width * Registers], all sums in registers. `Width` floats are one vector (a compiler's extension that GCC
// and Clang share).
template <int Width, int Rows, int Registers>
inline void productBlock(const ProductOperands& p, int64_t row, int64_t column)
{
    typedef float Vector __attribute__((vector_size(Width * sizeof(float))));
    Vector sums[Rows][Registers] = {};
    const float* a = p.a + row * p.aRow;
    const float* b = p.b + column;
    for (int64_t l = 0; l < p.k; ++l) {
        Vector right[Registers];
#pragma GCC unroll 8
        for (int v = 0; v < Registers; ++v)
            std::memcpy(&right[v], b + l * p.bStride + v * Width, sizeof(Vector));
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
            for (int v = 0; v < Registers; ++v)
                sums[r][v] += a[r * p.aRow + l * p.aColumn] * right[v];
    }
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
        for (int v = 0; v < Registers; ++v) {
            float* target = p.c + (row + r) * p.cStride + column + v * Width;
            Vector result = sums[r][v] * p.alpha;
            if (p.add) {
                Vector old;
                std::memcpy(&old, target, sizeof(Vector));
                result += old;
            }
            std::memcpy(target, &result, sizeof(Vector));
        }
}

template <int Width, int Registers>
void productColumns(const ProductOperands& p, int64_t m, int64_t column)
{
    int64_t row = 0;
    for (; row + blockRows <= m; row += blockRows)
        productBlock<Width, blockRows, Registers>(p, row, column);
    for (; row + 2 <= m; row += 2)
        productBlock<Width, 2, Registers>(p, row, column);
    if (row < m)
        productBlock<Width, 1, Registers>(p, row, column);
}

void productOneColumn(const ProductOperands& p, int64_t m, int64_t column)
{
    for (int64_t row = 0; row < m; ++row) {
        float sum = 0;
        for (int64_t l = 0; l < p.k; ++l)
            sum += p.a[row * p.aRow + l * p.aColumn] * p.b[l * p.bStride + column];
        float& target = p.c[row * p.cStride + column];
        target = p.add ? target + p.alpha * sum : p.alpha * sum;
    }
}

} // namespace

void product(int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t aRow, int64_t aColumn,
             const float* b, int64_t bStride, bool add, float* c, int64_t cStride)
{
    const ProductOperands p{k, alpha, a, aRow, aColumn, b, bStride, add, c, cStride};
    int64_t column = 0;
    for (; column + 2 * registerFloats <= n; column += 2 * registerFloats)
        productColumns<registerFloats, 2>(p, m, column);
    if (column + registerFloats <= n) {
        productColumns<registerFloats, 1>(p, m, column);
        column += registerFloats;
    }
    // Widths that are no multiple of a register: halves of it, then single columns.
    if constexpr (registerFloats > 8)
        if (column + 8 <= n) {
            productColumns<8, 1>(p, m, column);
            column += 8;
        }
    if constexpr (registerFloats > 4)
        if (column + 4 <= n) {
            productColumns<4, 1>(p, m, column);
            column += 4;
        }
    for (; column < n; ++column)
        productOneColumn(p, m, column);
}

void transpose(const float* x, int64_t stride, int64_t rows, int64_t width, float* out, int64_t outStride)
{
    // Sixteen rows at a time: what is written to one row of `out` is then one cache line.
    for (int64_t first = 0; first < rows; first += 16) {
        const int64_t count = rows - first < 16 ? rows - first : 16;
        for (int64_t j = 0; j < width; ++j)
            for (int64_t i = 0; i < count; ++i)
                out[j * outStride + first + i] = x[(first + i) * stride + j];
    }
    for (int64_t j = 0; j < width; ++j)
        for (int64_t i = rows; i < outStride; ++i)
            out[j * outStride + i] = 0;
}

} // namespace fettle::FETTLE_KERNEL_ISA
