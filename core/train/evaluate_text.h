// SPDX-License-Identifier: GPL-3.0-or-later
// The `eval` command: loss, perplexity and token accuracy of a model over a text.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace fettle
{

struct EvaluateOptions {
    std::string model; ///< reference, as in a run file
    std::vector<std::filesystem::path> files;
    std::string split, column;
    std::string templateText, prompt, completion; ///< as in a run file's "data", as the two below
    bool completionOnly = true, keepsStart = false;
    bool packed = false;
    int64_t maxLength = 128;
    int64_t batchSize = 8;         ///< changes speed and memory only
    double maskProbability = 0.15; ///< masked models
    int64_t seed = 42;             ///< masked models: which words are hidden
    int threads = 0;
};

struct EvaluateResult {
    double loss = 0; ///< mean over graded tokens
    double perplexity = 0;
    double accuracy = 0; ///< share of graded tokens that the model ranks first
    int64_t examples = 0, tokens = 0, gradedTokens = 0;
    double seconds = 0; ///< of the model's work alone
};

/// Blocks. `progress` gets 0..1 and returns false to cancel (then Stopped is thrown). Throws BadInput.
EvaluateResult evaluateText(const EvaluateOptions& options, const std::function<bool(double)>& progress = {});

} // namespace fettle
