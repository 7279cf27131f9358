// SPDX-License-Identifier: GPL-3.0-or-later
// exp, the normal distribution and hashing, written without branches so that compilers turn loops of them into vectors.
#pragma once

#include <bit>
#include <cstdint>

// Everything in a kernel file lives in a namespace of its instruction set: otherwise the linker would keep one of
// several equal inline functions, perhaps one that this processor cannot run.
namespace fettle::FETTLE_KERNEL_ISA
{

/// e^x to about 1 ulp for x in [-87, 88]; clamps outside (after Cephes' expf: range reduction by ln 2, degree 6).
inline float exponential(float x)
{
    x = x < -87.3F ? -87.3F : x;
    x = x > 88.3F ? 88.3F : x;
    const float shifted = x * 1.44269504088896341F + 12582912.0F; // 1.5 * 2^23: rounds to an integer
    const float n = shifted - 12582912.0F;
    float r = x - n * 0.693359375F;
    r = r - n * -2.12194440e-4F;
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * r * r + r + 1.0F;
    const int32_t exponent = (std::bit_cast<int32_t>(shifted) - 0x4B400000 + 127) << 23;
    return p * std::bit_cast<float>(exponent);
}

inline float sigmoid(float x)
{
    return 1.0F / (1.0F + exponential(-x));
}

/// tanh to about 2 ulp (after Cephes' tanhf: a polynomial near 0, by exp elsewhere).
inline float hyperbolicTangent(float x)
{
    const float z = x * x;
    float p = -5.70498872745e-3F;
    p = p * z + 2.06390887954e-2F;
    p = p * z - 5.37397155531e-2F;
    p = p * z + 1.33314422036e-1F;
    p = p * z - 3.33332819422e-1F;
    const float near = p * z * x + x;
    const float size = x < 0 ? -x : x;
    const float far = 1.0F - 2.0F / (exponential(2.0F * size) + 1.0F);
    return size < 0.625F ? near : (x < 0 ? -far : far);
}

/// The nearest bfloat16 of a finite number, the even one of two.
inline float roundedToBfloat16(float x)
{
    const auto bits = std::bit_cast<uint32_t>(x);
    return std::bit_cast<float>((bits + 0x7FFFU + (bits >> 16 & 1U)) & 0xFFFF0000U);
}

/// Standard normal distribution function. erfc by its Chebyshev fit with fractional error below 1.2e-7 (Numerical
/// Recipes, 6.2).
inline float normalDistribution(float x)
{
    const float z = (x < 0 ? -x : x) * 0.70710678118654752F;
    const float t = 1.0F / (1.0F + 0.5F * z);
    float p = 0.17087277F;
    p = p * t - 0.82215223F;
    p = p * t + 1.48851587F;
    p = p * t - 1.13520398F;
    p = p * t + 0.27886807F;
    p = p * t - 0.18628806F;
    p = p * t + 0.09678418F;
    p = p * t + 0.37409196F;
    p = p * t + 1.00002368F;
    p = p * t - 1.26551223F;
    const float tail = 0.5F * t * exponential(p - z * z);
    return x < 0 ? tail : 1.0F - tail;
}

/// One draw in [0, 2^32): a 32-bit finalizer of three rounds over the column (after Wellons' triple32), keyed twice.
inline uint32_t dropoutHash(uint32_t column, uint32_t keyLow, uint32_t keyHigh)
{
    uint32_t h = column + keyLow;
    h ^= h >> 17;
    h *= 0xED5AD4BBU;
    h ^= h >> 11;
    h += keyHigh;
    h *= 0xAC4C1B51U;
    h ^= h >> 15;
    h *= 0x31848BABU;
    h ^= h >> 14;
    return h;
}

/// The key of one row (splitmix64's finalizer).
inline uint64_t dropoutRowKey(uint64_t key, uint64_t row)
{
    uint64_t h = key + (row + 1) * 0x9E3779B97F4A7C15ULL;
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9ULL;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBULL;
    return h ^ (h >> 31);
}

} // namespace fettle::FETTLE_KERNEL_ISA
