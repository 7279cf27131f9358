// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/matmul/check.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <algorithm>
#include <limits>

namespace fettle
{

namespace
{

/// Numbers between -1 and 1 by a formula: no generator is touched. Every second column of a wider matrix where
/// `strided`.
at::Tensor formulaMatrix(int64_t rows, int64_t columns, uint32_t seed, bool transposed, bool strided)
{
    const int64_t height = transposed ? columns : rows, width = transposed ? rows : columns;
    at::Tensor matrix = at::empty({height, strided ? width + 5 : width}, at::kFloat);
    auto* data = matrix.mutable_data_ptr<float>();
    uint32_t state = seed;
    for (int64_t i = 0; i < matrix.numel(); ++i) {
        state = state * 1664525U + 1013904223U;
        data[i] = static_cast<float>(static_cast<int32_t>(state)) * 0x1p-31F;
    }
    const at::Tensor part = strided ? matrix.narrow(1, 3, width) : matrix;
    return transposed ? part.t() : part;
}

struct CheckedShape {
    int64_t m, k, n;
};
/// Odd sizes, single rows and columns, nothing; the last ones are large enough to leave every way's short cuts.
constexpr CheckedShape checkedShapes[] = {{1, 1, 1},  {3, 5, 7}, {1, 129, 65},  {67, 33, 1},
                                          {0, 16, 8}, {9, 0, 4}, {37, 64, 101}, {514, 515, 517}};

} // namespace

double productError(const MatmulWay& way, const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, bool add)
{
    const at::Tensor left = a.to(at::kDouble), right = b.to(at::kDouble);
    at::Tensor expected = at::mm(left, right), size = at::mm(left.abs(), right.abs());
    if (add) {
        const at::Tensor before = c.to(at::kDouble);
        expected += before;
        size += before.abs();
    }
    way.multiply(a, b, c, add);
    if (c.numel() == 0)
        return 0;
    // Sums of k products, each rounded once or twice, in any order.
    const double allowed = std::numeric_limits<float>::epsilon() * static_cast<double>(a.size(1) + 2);
    const at::Tensor errors = (c.to(at::kDouble) - expected).abs() / (size * allowed + 1e-30);
    const double largest = errors.max().item<double>();
    return largest <= std::numeric_limits<double>::max() ? largest : std::numeric_limits<double>::infinity();
}

double largestError(const MatmulWay& way)
{
    double largest = 0;
    uint32_t seed = 1;
    for (const auto& [m, k, n] : checkedShapes) {
        const int each = m > 500 ? 3 : 1; // fewer forms of what takes long
        for (int form = 0; form < 8; form += each) {
            const bool leftTurned = form & 1, rightTurned = form & 2, strided = form & 4, add = form == 1 || form == 6;
            const at::Tensor a = formulaMatrix(m, k, ++seed, leftTurned, strided);
            const at::Tensor b = formulaMatrix(k, n, ++seed, rightTurned, strided);
            const at::Tensor c = formulaMatrix(m, n, ++seed, false, strided);
            largest = std::max(largest, productError(way, a, b, c, add));
        }
    }
    return largest;
}

} // namespace fettle
