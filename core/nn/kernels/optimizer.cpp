// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/optimizer.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace fettle::FETTLE_KERNEL_ISA
{

void adamw(float* __restrict value, float* __restrict grad, float* __restrict first, float* __restrict second,
           int64_t length, const AdamWNumbers& numbers)
{
    const AdamWNumbers k = numbers;
    for (int64_t i = 0; i < length; ++i) {
        const float g = grad[i] * k.gradScale;
        const float m = first[i] + k.firstRate * (g - first[i]);
        const float v = second[i] * k.beta2 + k.secondRate * g * g;
        first[i] = m;
        second[i] = v;
        grad[i] = 0;
        value[i] = value[i] * k.keep - k.stepSize * (m / (std::sqrt(v) / k.secondCorrection + k.epsilon));
    }
}

namespace
{

constexpr int64_t blockSize = ByteMoment::blockSize;

void decode(const ByteMoment& moment, int64_t start, int64_t length, float* __restrict numbers)
{
    const uint8_t* codes = moment.codes + start;
    const float* values = moment.map->values;
    const float scale = moment.scales[start / blockSize];
    for (int64_t i = 0; i < length; ++i)
        numbers[i] = values[codes[i]] * scale;
}

/// The largest number makes the scale; one that is no number makes the block such.
void encode(const ByteMoment& moment, int64_t start, int64_t length, const float* __restrict numbers)
{
    int32_t largest = 0; // positive floats are in the order of their bits
    for (int64_t i = 0; i < length; ++i)
        largest = std::max(largest, std::bit_cast<int32_t>(numbers[i]) & 0x7FFFFFFF);
    const float most = std::bit_cast<float>(largest), scale = most < 1e-12F ? 1e-12F : most;
    moment.scales[start / blockSize] = scale;
    constexpr int32_t low = (1 << ByteMap::lowBits) - 1, last = ByteMap::buckets - 1;
    int32_t places[blockSize], lows[blockSize];
    for (int64_t i = 0; i < length; ++i) {
        const auto bits = std::bit_cast<int32_t>(numbers[i] / scale);
        const int32_t sign = bits >> 31;
        int32_t bucket = ((bits & 0x7FFFFFFF) >> ByteMap::lowBits) - ByteMap::firstBucket;
        bucket = bucket < 0 ? 0 : bucket;
        bucket = bucket > last ? last : bucket; // what is no number
        places[i] = bucket + (sign & ByteMap::buckets);
        lows[i] = (bits ^ sign) & low;
    }
    uint8_t* __restrict codes = moment.codes + start;
    const int32_t* __restrict steps = moment.map->steps;
    for (int64_t i = 0; i < length; ++i)
        codes[i] = static_cast<uint8_t>((steps[places[i]] + lows[i]) >> ByteMap::lowBits);
}

} // namespace

void adamw8bit(float* __restrict value, float* __restrict grad, const ByteMoment& first, const ByteMoment& second,
               int64_t length, const AdamWNumbers& numbers)
{
    const AdamWNumbers k = numbers;
    float means[blockSize], squares[blockSize];
    for (int64_t start = 0; start < length; start += blockSize, value += blockSize, grad += blockSize) {
        const int64_t count = std::min(blockSize, length - start);
        decode(first, start, count, means);
        decode(second, start, count, squares);
        for (int64_t i = 0; i < count; ++i) {
            const float g = grad[i] * k.gradScale;
            const float m = means[i] + k.firstRate * (g - means[i]);
            const float v = squares[i] + k.secondRate * (g * g - squares[i]);
            means[i] = m;
            squares[i] = v;
            grad[i] = 0;
            value[i] = value[i] * k.keep - k.stepSize * (m / (std::sqrt(v) / k.secondCorrection + k.epsilon));
        }
        encode(first, start, count, means);
        encode(second, start, count, squares);
    }
}

double squaredSum(const float* values, int64_t length)
{
    constexpr int64_t run = 1024;
    constexpr int lanes = 16;
    double total = 0;
    for (int64_t start = 0; start < length; start += run) {
        const int64_t end = std::min(start + run, length);
        float sums[lanes] = {};
        int64_t i = start;
        for (; i + lanes <= end; i += lanes)
            for (int lane = 0; lane < lanes; ++lane)
                sums[lane] += values[i + lane] * values[i + lane];
        for (; i < end; ++i)
            sums[0] += values[i] * values[i];
        for (const float sum : sums)
            total += sum;
    }
    return total;
}

} // namespace fettle::FETTLE_KERNEL_ISA
