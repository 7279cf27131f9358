// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/widen.h"

#include <cstring>
#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace fettle::FETTLE_KERNEL_ISA
{

namespace
{

float asFloat(uint32_t bits)
{
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

float float16AsFloat(uint16_t half)
{
    // Exponent and fraction in their places are 2^112 too small, whatever they are but infinity and NaN.
    const uint32_t sign = (half & 0x8000u) << 16, rest = (half & 0x7fffu) << 13;
    if (rest >= 0x0f800000u)
        return asFloat(sign | rest | 0x7f800000u);
    const float size = asFloat(rest) * 0x1p112F;
    return sign != 0 ? -size : size;
}

} // namespace

void widenBfloat16(const uint16_t* x, float* y, int64_t length)
{
    for (int64_t i = 0; i < length; ++i)
        y[i] = asFloat(static_cast<uint32_t>(x[i]) << 16);
}

void widenFloat16(const uint16_t* x, float* y, int64_t length)
{
    int64_t i = 0;
#if defined(__F16C__)
    for (; i + 8 <= length; i += 8)
        _mm256_storeu_ps(y + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x + i))));
#endif
    for (; i < length; ++i)
        y[i] = float16AsFloat(x[i]);
}

} // namespace fettle::FETTLE_KERNEL_ISA
