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
constexpr int64_t mostBeams = 1000;

/// The softmax of scores; those ruled out have 0.
std::vector<double> probabilitiesOf(std::span<const float> scores)
{
    const double highest = *std::max_element(scores.begin(), scores.end());
    std::vector<double> probabilities;
    probabilities.reserve(scores.size());
    double total = 0;
    for (const float score : scores)
        total += probabilities.emplace_back(std::exp(score - highest));
    for (double& probability : probabilities)
        probability /= total;
    return probabilities;
}

double entropyOf(const std::vector<double>& probabilities)
{
    double entropy = 0;
    for (const double p : probabilities)
        if (p > 0)
            entropy -= p * std::log(p);
    return entropy;
}

/// The k-th highest score.
float scoreInPlace(std::span<const float> scores, int64_t k)
{
    std::vector<float> sorted(scores.begin(), scores.end());
    const auto place = sorted.begin() + (std::min<int64_t>(k, std::ssize(sorted)) - 1);
    std::nth_element(sorted.begin(), place, sorted.end(), std::greater<>());
    return *place;
}

/// Rules out what is less likely than `threshold`, except scores as high as the `least`-th.
void keepLikelierThan(std::span<float> scores, const std::vector<double>& probabilities, double threshold,
                      int64_t least)
{
    const float kept = scoreInPlace(scores, least);
    for (size_t i = 0; i < scores.size(); ++i)
        if (probabilities[i] < threshold && scores[i] < kept)
            scores[i] = ruledOut;
}

/// Whether the highest score is a number, and none is NaN.
bool canChoose(std::span<const float> scores)
{
    float highest = ruledOut;
    for (const float score : scores) {
        if (std::isnan(score))
            return false;
        highest = std::max(highest, score);
    }
    return std::isfinite(highest);
}

/// An option that can leave nothing to choose from: its value, and the way out.
struct Ruler {
    double value;
    const char* wayOut;
};
Ruler rulerOf(const std::string& name, const GenerateOptions& options)
{
    if (name == "repetition_penalty")
        return {options.repetitionPenalty, "a value nearer to 1 (off)"};
    if (name == "temperature")
        return {options.temperature, "a value nearer to 1 (off)"};
    if (name == "no_repeat_ngram_size")
        return {static_cast<double>(options.noRepeatNgramSize), "a larger one, or 0 (off)"};
    return {static_cast<double>(name == "min_length" ? options.minLength : options.minNewTokens),
            "a smaller one, or 0 (off)"};
}

} // namespace

void penalizeRepetition(std::span<float> scores, std::span<const int64_t> seen, double penalty)
{
    std::vector<int64_t> once(seen.begin(), seen.end());
    std::sort(once.begin(), once.end());
    once.erase(std::unique(once.begin(), once.end()), once.end());
    for (const int64_t id : once) {
        float& score = scores[static_cast<size_t>(id)];
        score = score < 0 ? score * static_cast<float>(penalty) : score / static_cast<float>(penalty);
    }
}

void banRepeatedNgrams(std::span<float> scores, std::span<const int64_t> seen, int64_t n)
{
    if (std::ssize(seen) < n)
        return;
    const auto begun = seen.last(static_cast<size_t>(n - 1));
    for (size_t at = 0; at + begun.size() < seen.size(); ++at)
        if (std::equal(begun.begin(), begun.end(), seen.begin() + static_cast<std::ptrdiff_t>(at)))
            scores[static_cast<size_t>(seen[at + begun.size()])] = ruledOut;
}

void ruleOut(std::span<float> scores, std::span<const int64_t> ids)
{
    for (const int64_t id : ids)
        if (id >= 0 && id < std::ssize(scores))
            scores[static_cast<size_t>(id)] = ruledOut;
}

void applyTemperature(std::span<float> scores, double temperature)
{
    for (float& score : scores)
        score /= static_cast<float>(temperature);
}

void keepTopK(std::span<float> scores, int64_t k)
{
    if (k <= 0 || k >= std::ssize(scores))
        return;
    const float least = scoreInPlace(scores, k);
    for (float& score : scores)
        if (score < least)
            score = ruledOut;
}

void keepTopP(std::span<float> scores, double p, int64_t least)
{
    std::vector<size_t> ascending;
    for (size_t i = 0; i < scores.size(); ++i)
        if (scores[i] != ruledOut)
            ascending.push_back(i);
    if (std::ssize(ascending) <= least)
        return;
    std::stable_sort(ascending.begin(), ascending.end(), [&](size_t a, size_t b) { return scores[a] < scores[b]; });
    const double highest = scores[ascending.back()];
    double total = 0;
    for (const size_t i : ascending)
        total += std::exp(scores[i] - highest);
    double gathered = 0;
    for (size_t at = 0; at + static_cast<size_t>(least) < ascending.size(); ++at) {
        gathered += std::exp(scores[ascending[at]] - highest) / total;
        if (gathered > 1 - p)
            break;
        scores[ascending[at]] = ruledOut;
    }
}

void keepMinP(std::span<float> scores, double p, int64_t least)
{
    const std::vector<double> probabilities = probabilitiesOf(scores);
    keepLikelierThan(scores, probabilities, p * *std::max_element(probabilities.begin(), probabilities.end()), least);
}

void keepTypical(std::span<float> scores, double p, int64_t least)
{
    const std::vector<double> probabilities = probabilitiesOf(scores);
    const double entropy = entropyOf(probabilities);
    std::vector<double> strangeness;
    for (const double probability : probabilities)
        strangeness.push_back(std::abs(-std::log(probability) - entropy));
    std::vector<size_t> order(scores.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return strangeness[a] < strangeness[b]; });
    double gathered = 0, limit = strangeness[order.back()];
    for (const size_t i : order)
        if ((gathered += probabilities[i]) >= p) {
            limit = strangeness[i];
            break;
        }
    for (size_t at = static_cast<size_t>(least); at < order.size(); ++at)
        if (strangeness[order[at]] > limit)
            scores[order[at]] = ruledOut;
}

void keepEpsilon(std::span<float> scores, double epsilon, int64_t least)
{
    keepLikelierThan(scores, probabilitiesOf(scores), epsilon, least);
}

void keepEta(std::span<float> scores, double eta, int64_t least)
{
    const std::vector<double> probabilities = probabilitiesOf(scores);
    keepLikelierThan(scores, probabilities, std::min(eta, std::sqrt(eta) * std::exp(-entropyOf(probabilities))), least);
}

RulesOut applyFilters(std::span<float> scores, const FilterPlace& place, const GenerateOptions& options)
{
    if (options.repetitionPenalty != 1) {
        penalizeRepetition(scores, place.seen, options.repetitionPenalty);
        if (!canChoose(scores)) // out of what a float holds
            return {"repetition_penalty"};
    }
    RulesOut rules;
    if (options.noRepeatNgramSize > 0) {
        banRepeatedNgrams(scores, place.seen, options.noRepeatNgramSize);
        rules.emplace_back("no_repeat_ngram_size");
        if (!canChoose(scores))
            return rules;
    }
    const auto length = std::ssize(place.seen);
    const bool isShort = length < options.minLength, isNew = length - place.promptLength < options.minNewTokens;
    if (isShort || isNew) {
        ruleOut(scores, place.ends);
        rules.emplace_back(isNew ? "min_new_tokens" : "min_length");
        if (!canChoose(scores))
            return rules;
    }
    if (options.greedy)
        return {};
    // A beam must find something to go on with beside the ends.
    const int64_t least = options.numBeams > 1 ? std::max<int64_t>(2, std::ssize(place.ends) + 1) : 1;
    if (options.temperature != 1) {
        applyTemperature(scores, options.temperature);
        if (!canChoose(scores))
            return {"temperature"};
    }
    if (options.topK > 0)
        keepTopK(scores, std::max(options.topK, least));
    if (options.topP < 1)
        keepTopP(scores, options.topP, least);
    if (options.minP > 0)
        keepMinP(scores, options.minP, least);
    if (options.typicalP < 1)
        keepTypical(scores, options.typicalP, least);
    if (options.epsilonCutoff > 0)
        keepEpsilon(scores, options.epsilonCutoff, least);
    if (options.etaCutoff > 0)
        keepEta(scores, options.etaCutoff, least);
    return {};
}

Error nothingLeftError(const RulesOut& rules, const GenerateOptions& options, int64_t written)
{
    std::string named, wayOut;
    for (const std::string& name : rules) {
        const Ruler ruler = rulerOf(name, options);
        named += fmt::format("{}{} = {}", named.empty() ? "" : " and ", name, shortest(ruler.value));
        wayOut += rules.size() == 1
                      ? fmt::format("Choose {}", ruler.wayOut)
                      : fmt::format("{} {}: {}", wayOut.empty() ? "Choose for" : ", or for", name, ruler.wayOut);
    }
    return badInput(fmt::format("{} {} no token to write{}.", named, rules.size() == 1 ? "leaves" : "leave",
                                written == 0   ? std::string()
                                : written == 1 ? std::string(" behind the first")
                                               : fmt::format(" behind the first {}", written)),
                    wayOut + ".", rules.back());
}

std::optional<ImpossibleOption> impossibleOption(const GenerateOptions& options)
{
    std::optional<ImpossibleOption> found;
    const auto require = [&](bool fits, const char* name, double value, const char* range) {
        if (!fits && !found)
            found = {name, shortest(value), range};
    };
    const auto count = [&](int64_t value, int64_t least, const char* name, const char* range) {
        require(value >= least, name, static_cast<double>(value), range);
    };
    count(options.maxNewTokens, 1, "max_new_tokens", "1 or more");
    count(options.maxLength, 0, "max_length", "0 (off) or more");
    count(options.minNewTokens, 0, "min_new_tokens", "0 (off) or more");
    count(options.minLength, 0, "min_length", "0 (off) or more");
    count(options.noRepeatNgramSize, 0, "no_repeat_ngram_size", "0 (off) or more");
    require(options.numBeams >= 1 && options.numBeams <= mostBeams, "num_beams", static_cast<double>(options.numBeams),
            "1 (off) to 1000");
    require(options.repetitionPenalty > 0 && std::isfinite(options.repetitionPenalty), "repetition_penalty",
            options.repetitionPenalty, "above 0; 1 is off");
    require(std::isfinite(options.lengthPenalty), "length_penalty", options.lengthPenalty, "a number");
    if (std::any_of(options.stopStrings.begin(), options.stopStrings.end(), [](auto& text) { return text.empty(); }))
        found = found.value_or(ImpossibleOption{"stop_strings", "\"\"", "a text of at least one character"});
    if (options.greedy)
        return found; // what follows is of drawing alone
    const auto share = [&](double value, const char* name) {
        require(value >= 0 && value < 1, name, value, "0 (off) or more and below 1");
    };
    require(options.temperature > 0 && std::isfinite(options.temperature), "temperature", options.temperature,
            "above 0; for the likeliest token every time choose greedy");
    count(options.topK, 0, "top_k", "0 (off) or more");
    require(options.topP > 0 && options.topP <= 1, "top_p", options.topP, "above 0 and at most 1 (off)");
    require(options.typicalP > 0 && options.typicalP <= 1, "typical_p", options.typicalP,
            "above 0 and at most 1 (off)");
    require(options.minP >= 0 && options.minP <= 1, "min_p", options.minP, "0 (off) to 1");
    share(options.epsilonCutoff, "epsilon_cutoff");
    share(options.etaCutoff, "eta_cutoff");
    return found;
}

void checkGenerateOptions(const GenerateOptions& options)
{
    if (const auto wrong = impossibleOption(options))
        throw badInput(fmt::format("{} = {} is not possible.", wrong->name, wrong->value),
                       fmt::format("It must be {}.", wrong->range), wrong->name);
}

} // namespace fettle
