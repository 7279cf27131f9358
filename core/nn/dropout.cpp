// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/dropout.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <cmath>

namespace fettle
{

namespace
{

uint64_t mixDropoutKey(uint64_t h)
{
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9ULL;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBULL;
    return h ^ (h >> 31);
}

// The low 32 bits of a product survive the wrap-around of int64.
at::Tensor low32(const at::Tensor& x)
{
    return x.bitwise_and(0xFFFFFFFFLL);
}

at::Tensor times64(const at::Tensor& x, uint64_t factor)
{
    return x * static_cast<int64_t>(factor);
}

// x >> bits without the sign coming in.
at::Tensor shift64(const at::Tensor& x, int64_t bits)
{
    return x.__rshift__(bits).bitwise_and((int64_t{1} << (64 - bits)) - 1);
}

// Step for step what dropoutRowKey and dropoutHash of kernels/math.h do.
at::Tensor draws(const DropoutDraw& draw, const at::Tensor& rowNumbers, int64_t columns)
{
    at::Tensor key = times64(rowNumbers + 1, 0x9E3779B97F4A7C15ULL) + static_cast<int64_t>(draw.key);
    key = times64(key.bitwise_xor(shift64(key, 30)), 0xBF58476D1CE4E5B9ULL);
    key = times64(key.bitwise_xor(shift64(key, 27)), 0x94D049BB133111EBULL);
    key = key.bitwise_xor(shift64(key, 31)).unsqueeze(1);
    const at::Tensor column = at::arange(columns, rowNumbers.options());
    at::Tensor h = low32(column + low32(key));
    h = h.bitwise_xor(h.__rshift__(17));
    h = low32(times64(h, 0xED5AD4BBULL));
    h = h.bitwise_xor(h.__rshift__(11));
    h = low32(h + shift64(key, 32));
    h = low32(times64(h, 0xAC4C1B51ULL));
    h = h.bitwise_xor(h.__rshift__(15));
    h = low32(times64(h, 0x31848BABULL));
    return h.bitwise_xor(h.__rshift__(14));
}

} // namespace

DropoutDraw dropoutDraw(double probability, uint64_t seed, uint64_t step, uint64_t place)
{
    uint64_t key = mixDropoutKey(seed + 0x9E3779B97F4A7C15ULL);
    key = mixDropoutKey(key + (step + 1) * 0xD1342543DE82EF95ULL);
    key = mixDropoutKey(key + (place + 1) * 0xDA942042E4DD58B5ULL);
    // At p = 1 everything is dropped: the scale is then of no matter.
    const double threshold = std::min(std::ldexp(probability, 32), 4294967295.0);
    return {key, static_cast<uint32_t>(threshold), probability < 1 ? static_cast<float>(1 / (1 - probability)) : 0.0F};
}

at::Tensor dropoutFactors(const DropoutDraw& draw, const at::Tensor& rowNumbers, int64_t columns,
                          const at::TensorOptions& options)
{
    return draws(draw, rowNumbers, columns).ge(static_cast<int64_t>(draw.threshold)).to(options.dtype()) *
           static_cast<double>(draw.scale);
}

at::Tensor noiseFactors(const DropoutDraw& draw, const at::Tensor& rowNumbers, int64_t columns,
                        const at::TensorOptions& options)
{
    // 23 bits, with which float stays exact, each draw in the middle of its step.
    return (draws(draw, rowNumbers, columns).__rshift__(9).to(options.dtype()) + 0.5) * 0x1p-22 - 1;
}

} // namespace fettle
