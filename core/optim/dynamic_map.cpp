// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/optim/dynamic_map.h"

#include <ATen/ops/from_blob.h>
#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace fettle
{

namespace
{

constexpr int decades = 7;

/// torch.linspace(0.1, 1, count), which steps from both ends.
std::vector<float> edges(int count)
{
    const float step = (1 - 0.1F) / static_cast<float>(count - 1);
    std::vector<float> places;
    for (int i = 0; i < count; ++i)
        places.push_back(i < count / 2 ? std::fma(step, static_cast<float>(i), 0.1F)
                                       : std::fma(-step, static_cast<float>(count - 1 - i), 1.0F));
    return places;
}

std::array<float, 256> makeValues(bool isSigned)
{
    std::vector<float> values{0, 1};
    for (int decade = 0; decade < decades; ++decade) {
        const auto size = static_cast<float>(std::pow(10.0, decade - decades + 1));
        const std::vector<float> between = edges((isSigned ? 1 << decade : 2 << decade) + 1);
        for (size_t i = 0; i + 1 < between.size(); ++i) {
            const float value = size * ((between[i] + between[i + 1]) / 2);
            values.push_back(value);
            if (isSigned)
                values.push_back(-value);
        }
    }
    std::array<float, 256> sorted{};
    std::sort(values.begin(), values.end());
    std::copy(values.begin(), values.end(), sorted.begin());
    return sorted;
}

std::array<float, 255> makeBoundaries(const float* values)
{
    std::array<float, 255> boundaries{};
    for (size_t i = 0; i < boundaries.size(); ++i) {
        const float low = values[i], half = (values[i + 1] - low) * 0.5F;
        const auto isUpper = [&](float x) { return x - low >= half; };
        float x = low + half;
        while (!isUpper(x))
            x = std::nextafter(x, 2.0F);
        for (float below = std::nextafter(x, -2.0F); isUpper(below); below = std::nextafter(x, -2.0F))
            x = below;
        boundaries[i] = x;
    }
    return boundaries;
}

/// What ByteMap looks up for a bucket of numbers with this sign.
int32_t stepOf(int32_t bucket, bool isNegative, const std::array<float, 255>& boundaries)
{
    constexpr int32_t all = (1 << ByteMap::lowBits) - 1;
    const int32_t upper = (bucket + ByteMap::firstBucket) << ByteMap::lowBits;
    const auto number = [&](int32_t low) { // rises with `low`
        const float size = std::bit_cast<float>(upper | (isNegative ? all - low : low));
        return isNegative ? -size : size;
    };
    const float lowest = bucket == 0 && !isNegative ? 0 : number(0),
                highest = bucket == 0 && isNegative ? 0 : number(all);
    const auto boundary = std::upper_bound(boundaries.begin(), boundaries.end(), lowest);
    int32_t below = all + 1; // so many numbers of the bucket lie below the boundary
    if (boundary != boundaries.end() && *boundary <= highest) {
        const int32_t low = std::bit_cast<int32_t>(*boundary) & all;
        below = isNegative ? all - low : low;
    }
    return (static_cast<int32_t>(boundary - boundaries.begin()) << ByteMap::lowBits) + all + 1 - below;
}

struct Made {
    std::array<float, 255> boundaries{};
    ByteMap map{};

    explicit Made(bool isSigned)
    {
        const std::array<float, 256> values = makeValues(isSigned);
        std::copy(values.begin(), values.end(), map.values);
        boundaries = makeBoundaries(map.values);
        for (int32_t bucket = 0; bucket < ByteMap::buckets; ++bucket) {
            map.steps[bucket] = stepOf(bucket, false, boundaries);
            map.steps[ByteMap::buckets + bucket] = stepOf(bucket, true, boundaries);
        }
    }
};

const Made& made(bool isSigned)
{
    static const Made withSign(true), without(false);
    return isSigned ? withSign : without;
}

} // namespace

const ByteMap& dynamicMap(bool isSigned)
{
    return made(isSigned).map;
}

at::Tensor dynamicMapTensor(bool isSigned)
{
    return at::from_blob(const_cast<float*>(dynamicMap(isSigned).values), {256}, at::kFloat);
}

const std::array<float, 255>& codeBoundaries(bool isSigned)
{
    return made(isSigned).boundaries;
}

} // namespace fettle
