// SPDX-License-Identifier: GPL-3.0-or-later
// What is done to the scores of the next token before one is chosen, as transformers' logits processors do it.
#pragma once

#include "core/base/error.h"
#include "core/generate/options.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fettle
{

// Scores are logits or their logarithms of probability, one for each token of the vocabulary; what is ruled out becomes
// -inf. Filters that rule out by probability leave the `least` likeliest whatever they are.

/// Every token in `seen` counts less: a positive score is divided by the penalty, a negative one multiplied (Keskar et
/// al., arXiv:1909.05858).
void penalizeRepetition(std::span<float> scores, std::span<const int64_t> seen, double penalty);
/// No run of n tokens of `seen` is written again.
void banRepeatedNgrams(std::span<float> scores, std::span<const int64_t> seen, int64_t n);
void ruleOut(std::span<float> scores, std::span<const int64_t> ids);
void applyTemperature(std::span<float> scores, double temperature);
/// All but the k highest are ruled out; those equal to the k-th stay.
void keepTopK(std::span<float> scores, int64_t k);
/// The smallest set of the likeliest whose probability reaches p stays (Holtzman et al., arXiv:1904.09751).
void keepTopP(std::span<float> scores, double p, int64_t least = 1);
/// What has p times the likeliest's probability stays (Nguyen et al., arXiv:2407.01082).
void keepMinP(std::span<float> scores, double p, int64_t least = 1);
/// The smallest set whose probability reaches p stays, of those first whose surprise is nearest to the entropy (Meister
/// et al., arXiv:2202.00666).
void keepTypical(std::span<float> scores, double p, int64_t least = 1);
/// What has that probability stays; with eta that or less where the entropy is high (Hewitt et al., arXiv:2210.15191).
void keepEpsilon(std::span<float> scores, double epsilon, int64_t least = 1);
void keepEta(std::span<float> scores, double eta, int64_t least = 1);

/// Where a text stands whose next token is chosen.
struct FilterPlace {
    std::span<const int64_t> seen; ///< prompt and what was written
    int64_t promptLength = 0;
    std::span<const int64_t> ends; ///< the tokens that end a text
};

/// What leaves nothing to choose from: the options by name ("no_repeat_ngram_size"); empty: there is something.
using RulesOut = std::vector<std::string>;

/// All of them in transformers' order; with `greedy` those alone that need no probabilities: repetition, n-grams, least
/// length. Scores of which at least one is a number stay so, or what is returned names the options that left none.
[[nodiscard]] RulesOut applyFilters(std::span<float> scores, const FilterPlace& place, const GenerateOptions& options);
/// What to say where, behind `written` new tokens, `rules` (not empty) leave nothing.
Error nothingLeftError(const RulesOut& rules, const GenerateOptions& options, int64_t written);

/// A value that cannot be.
struct ImpossibleOption {
    std::string name, value; ///< "top_k", "-1"
    std::string range;       ///< what it must be: "0 (off) or more"
};
/// The first of them, if any; with `greedy`, what is of drawing alone is not looked at.
std::optional<ImpossibleOption> impossibleOption(const GenerateOptions& options);
/// Throws BadInput with the option as subject where a value is impossible.
void checkGenerateOptions(const GenerateOptions& options);

} // namespace fettle
