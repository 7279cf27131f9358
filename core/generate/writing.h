// SPDX-License-Identifier: GPL-3.0-or-later
// The loop that writes token after token; ids only, no text.
#pragma once

#include "core/generate/options.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <utility>
#include <vector>

namespace fettle
{

class LanguageModel;
class Tokenizer;

/// Why writing ended.
enum class WritingEnd { EndOfText, Length, Stopped };

/// Called for each new token with the likeliest (id, probability before temperature and filters), best first, as many
/// as options.alternatives; returns false to stop.
using OnToken = std::function<bool(int32_t id, const std::vector<std::pair<int32_t, double>>& likeliest)>;

/// Writes on from `prompt` (at least one id, shorter than the model's context) until an id of `ends`, maxNewTokens, the
/// context's end or a false from `onToken`. The tokens drawn are those that transformers draws after
/// torch.manual_seed(options.seed).
WritingEnd writeTokens(LanguageModel& model, const std::vector<int64_t>& prompt, const std::vector<int64_t>& ends,
                       const GenerateOptions& options, const OnToken& onToken);

/// The ids that end a text: eos_token_id of generation_config.json (a number or a list), else of config.json, else the
/// tokenizer's.
std::vector<int64_t> endOfTextIds(const std::filesystem::path& modelFolder, const Tokenizer& tokenizer);

} // namespace fettle
