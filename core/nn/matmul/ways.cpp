// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/matmul/ways.h"

#include "core/nn/matmul/mkl_paths.h"

#include <ATen/Context.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <c10/util/Exception.h>

// Exported by LibTorch (ATen/native/mkldnn/Matmul.h) but not among its installed headers: oneDNN's product into given
// memory. A LibTorch that lacks it leaves the name null.
namespace at::native
{
[[gnu::weak]] void mkldnn_matmul(const Tensor& a, const Tensor& b, const Tensor& result, float beta, float alpha);
}

namespace fettle
{

namespace
{

void multiplyByLibTorch(const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, bool add)
{
    at::Tensor out = c;
    if (a.scalar_type() != c.scalar_type()) // narrow values, gradients in float32
        add ? out.add_(at::mm(a, b)) : out.copy_(at::mm(a, b));
    else if (add)
        out.addmm_(a, b);
    else
        at::mm_out(out, a, b);
}

/// oneDNN builds a primitive for every new shape (3 ms) and packed rows are new in every step: what takes less than
/// that many times over is LibTorch's.
constexpr int64_t smallProduct = int64_t{1} << 28;

void multiplyByOneDnn(const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, bool add)
{
    if (2 * a.size(0) * a.size(1) * b.size(1) < smallProduct)
        multiplyByLibTorch(a, b, c, add);
    else
        at::native::mkldnn_matmul(a, b, c, add ? 1.0F : 0.0F, 1.0F);
}

/// LibTorch refuses oneDNN's product on processors without AVX-512, in float32 too.
bool hasOneDnn()
{
    if (!at::hasMKLDNN() || at::native::mkldnn_matmul == nullptr)
        return false;
    try {
        at::native::mkldnn_matmul(at::ones({8, 8}), at::ones({8, 8}), at::empty({8, 8}), 0.0F, 1.0F);
        return true;
    } catch (const c10::Error&) {
        return false;
    }
}

std::vector<MatmulWay> findWays()
{
    std::vector<MatmulWay> ways;
    if (!at::hasMKL())
        ways.push_back({"libtorch", "LibTorch's own products", multiplyByLibTorch});
    else if (takesMklAsShipped())
        ways.push_back({mklAsShipped, "MKL, as it treats this processor", multiplyByLibTorch});
    else
        ways.push_back({"mkl", opensMklPaths() ? "MKL, on the paths that it keeps for Intel's processors" : "MKL",
                        multiplyByLibTorch});
    if (hasOneDnn())
        ways.push_back({"onednn", "oneDNN inside LibTorch", multiplyByOneDnn});
    return ways;
}

} // namespace

const std::vector<MatmulWay>& matmulWays()
{
    static const std::vector<MatmulWay> ways = findWays();
    return ways;
}

} // namespace fettle
