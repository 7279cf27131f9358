// SPDX-License-Identifier: GPL-3.0-or-later
// What is done to the scores of the next token before one is drawn, as transformers' logits processors do it.
#pragma once

#include "core/generate/options.h"

#include <cstdint>
#include <vector>

namespace fettle
{

/// Every token in `seen` counts less: a positive score is divided by the penalty, a negative one multiplied (Keskar et
/// al., arXiv:1909.05858).
void penalizeRepetition(std::vector<float>& scores, const std::vector<int64_t>& seen, double penalty);
void applyTemperature(std::vector<float>& scores, double temperature);
/// All but the k highest become -inf; those equal to the k-th stay.
void keepTopK(std::vector<float>& scores, int64_t k);
/// The smallest set of the likeliest whose probability reaches p stays, at least one (Holtzman et al.,
/// arXiv:1904.09751).
void keepTopP(std::vector<float>& scores, double p);

/// All of them in transformers' order: repetition penalty, then (unless greedy) temperature, top-k, top-p.
void applyFilters(std::vector<float>& scores, const std::vector<int64_t>& seen, const GenerateOptions& options);
/// Throws BadInput with the option as subject where a value is impossible.
void checkGenerateOptions(const GenerateOptions& options);

} // namespace fettle
