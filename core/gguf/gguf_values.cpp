// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/gguf_values.h"

#include <algorithm>
#include <bit>
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>
#include <cmath>
#include <cstring>
#include <limits>

namespace fettle
{

namespace
{

constexpr size_t q8Bytes = sizeof(c10::Half) + q8Block;

template <typename T>
T readAt(std::string_view bytes, size_t at)
{
    T value;
    std::memcpy(static_cast<void*>(&value), bytes.data() + at, sizeof value);
    return value;
}

template <typename Narrow>
std::string narrowed(std::span<const float> values)
{
    std::string bytes(values.size() * sizeof(Narrow), '\0');
    for (size_t i = 0; i < values.size(); ++i) {
        const Narrow narrow(values[i]);
        std::memcpy(bytes.data() + i * sizeof narrow, &narrow, sizeof narrow);
    }
    return bytes;
}

std::string quantized(std::span<const float> values)
{
    std::string bytes(bytesOf(GgmlType::Q8_0, values.size()), '\0');
    char* out = bytes.data();
    for (; !values.empty(); values = values.subspan(q8Block), out += q8Bytes) {
        float peak = 0;
        for (const float value : values.first(q8Block))
            peak = std::max(peak, std::fabs(value));
        const float scale = peak / 127, inverse = scale == 0 ? 0 : 1 / scale;
        const c10::Half half(scale);
        std::memcpy(out, &half, sizeof half);
        for (size_t i = 0; i < q8Block; ++i)
            out[sizeof half + i] = static_cast<char>(static_cast<int8_t>(std::round(values[i] * inverse)));
    }
    return bytes;
}

/// Whether `stored` is what rounding to so many bits of mantissa may make of `value`; `least`: the step next to zero.
bool isRounded(float stored, float value, int bits, float least)
{
    if (!std::isfinite(stored))
        return std::isnan(stored) ? std::isnan(value) : stored == value;
    return std::fabs(stored - value) <= std::max(std::ldexp(std::fabs(value), -bits - 1), least);
}

bool isStored(GgmlType type, std::string_view bytes, size_t at, float value)
{
    switch (type) {
    case GgmlType::F32:
        return readAt<uint32_t>(bytes, at * sizeof value) == std::bit_cast<uint32_t>(value);
    case GgmlType::F16:
        return isRounded(readAt<c10::Half>(bytes, at * sizeof(c10::Half)), value, 10, std::ldexp(1.0F, -25));
    case GgmlType::BF16:
        return isRounded(readAt<c10::BFloat16>(bytes, at * sizeof(c10::BFloat16)), value, 7,
                         std::numeric_limits<float>::denorm_min() * (1 << 16));
    case GgmlType::Q8_0: {
        const size_t block = at / q8Block * q8Bytes;
        const float scale = readAt<c10::Half>(bytes, block);
        const auto step = readAt<int8_t>(bytes, block + sizeof(c10::Half) + at % q8Block);
        // Half a step, and what the scale lost in half precision, 127 times; the smallest of those go to 0.
        return std::isfinite(scale) && std::fabs(scale * static_cast<float>(step) - value) <=
                                           scale * (0.501F + 127 * std::ldexp(1.0F, -11)) + 127 * std::ldexp(1.0F, -24);
    }
    }
    return false;
}

} // namespace

std::string encoded(GgmlType type, std::span<const float> values)
{
    switch (type) {
    case GgmlType::F32:
        break;
    case GgmlType::F16:
        return narrowed<c10::Half>(values);
    case GgmlType::BF16:
        return narrowed<c10::BFloat16>(values);
    case GgmlType::Q8_0:
        return quantized(values);
    }
    return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

int64_t firstDifference(GgmlType type, std::string_view bytes, std::span<const float> values)
{
    for (size_t i = 0; i < values.size(); ++i)
        if (!isStored(type, bytes, i, values[i]))
            return static_cast<int64_t>(i);
    return -1;
}

} // namespace fettle
