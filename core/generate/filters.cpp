// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/filters.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <numeric>

namespace fettle
{

namespace
{

constexpr float ruledOut = -std::numeric_limits<float>::infinity();

} // namespace

void penalizeRepetition(std::vector<float>& scores, const std::vector<int64_t>& seen, double penalty)
{
    std::vector<int64_t> once = seen;
    std::sort(once.begin(), once.end());
    once.erase(std::unique(once.begin(), once.end()), once.end());
    for (const int64_t id : once) {
        float& score = scores[static_cast<size_t>(id)];
        score = score < 0 ? score * static_cast<float>(penalty) : score / static_cast<float>(penalty);
    }
}

void applyTemperature(std::vector<float>& scores, double temperature)
{
    for (float& score : scores)
        score /= static_cast<float>(temperature);
}

void keepTopK(std::vector<float>& scores, int64_t k)
{
    if (k <= 0 || k >= static_cast<int64_t>(scores.size()))
        return;
    std::vector<float> sorted = scores;
    std::nth_element(sorted.begin(), sorted.begin() + (k - 1), sorted.end(), std::greater<>());
    const float least = sorted[static_cast<size_t>(k - 1)];
    for (float& score : scores)
        if (score < least)
            score = ruledOut;
}

void keepTopP(std::vector<float>& scores, double p)
{
    std::vector<size_t> ascending;
    for (size_t i = 0; i < scores.size(); ++i)
        if (scores[i] != ruledOut)
            ascending.push_back(i);
    if (ascending.size() < 2)
        return;
    std::stable_sort(ascending.begin(), ascending.end(), [&](size_t a, size_t b) { return scores[a] < scores[b]; });
    const double highest = scores[ascending.back()];
    double total = 0;
    for (const size_t i : ascending)
        total += std::exp(scores[i] - highest);
    double gathered = 0;
    for (size_t at = 0; at + 1 < ascending.size(); ++at) {
        gathered += std::exp(scores[ascending[at]] - highest) / total;
        if (gathered > 1 - p)
            break;
        scores[ascending[at]] = ruledOut;
    }
}

void applyFilters(std::vector<float>& scores, const std::vector<int64_t>& seen, const GenerateOptions& options)
{
    if (options.repetitionPenalty != 1)
        penalizeRepetition(scores, seen, options.repetitionPenalty);
    if (options.greedy)
        return;
    if (options.temperature != 1)
        applyTemperature(scores, options.temperature);
    keepTopK(scores, options.topK);
    if (options.topP < 1)
        keepTopP(scores, options.topP);
}

void checkGenerateOptions(const GenerateOptions& options)
{
    const auto require = [](bool fits, const char* name, double value, const char* range) {
        if (!fits)
            throw badInput(fmt::format("{} = {} is not possible.", name, shortest(value)),
                           fmt::format("It must be {}.", range), name);
    };
    require(options.maxNewTokens >= 1, "max_new_tokens", static_cast<double>(options.maxNewTokens), "1 or more");
    require(options.greedy || (options.temperature > 0 && std::isfinite(options.temperature)), "temperature",
            options.temperature, "above 0; for the likeliest token every time choose greedy");
    require(options.topK >= 0, "top_k", static_cast<double>(options.topK), "0 (off) or more");
    require(options.topP > 0 && options.topP <= 1, "top_p", options.topP, "above 0 and at most 1 (off)");
    require(options.repetitionPenalty > 0 && std::isfinite(options.repetitionPenalty), "repetition_penalty",
            options.repetitionPenalty, "above 0; 1 is off");
}

} // namespace fettle
