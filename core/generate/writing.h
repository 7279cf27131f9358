// SPDX-License-Identifier: GPL-3.0-or-later
// The loop that writes token after token; ids only, no text.
#pragma once

#include "core/generate/options.h"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace fettle
{

class LanguageModel;

/// Why writing ended.
enum class WritingEnd { EndOfText, Length, Stopped };

/// A token as the model ranks it, before temperature and filters.
struct RankedToken {
    int32_t id = 0;
    double probability = 0;
    int64_t rank = 0; ///< 1: the likeliest
};
/// Called for each new token with the likeliest, best first, as many as options.alternatives, then the new one where it
/// is none of these; returns false to stop.
using OnToken = std::function<bool(int32_t id, const std::vector<RankedToken>& likeliest)>;
/// Whether a text, prompt and new tokens, ends with its last token, other than by an end of text or its length.
using StopsText = std::function<bool(std::span<const int64_t> tokens)>;

/// Writes on from `prompt` (at least one id, shorter than the model's context) until an id of `ends`, the most tokens
/// that the options allow, the context's end or a false from `onToken`. The tokens drawn are those that transformers
/// draws after torch.manual_seed(options.seed). One beam, whatever the options say.
WritingEnd writeTokens(LanguageModel& model, const std::vector<int64_t>& prompt, const std::vector<int64_t>& ends,
                       const GenerateOptions& options, const OnToken& onToken);

/// New tokens that options and context leave room for.
int64_t roomFor(const LanguageModel& model, const std::vector<int64_t>& prompt, const GenerateOptions& options);
/// Throws where logits, [V] or [N, V], are no numbers.
void requireFinite(const at::Tensor& logits, const LanguageModel& model);

} // namespace fettle
