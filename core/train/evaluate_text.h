// SPDX-License-Identifier: GPL-3.0-or-later
// The `eval` command: loss, perplexity, token accuracy and bits per byte of a model over a text.
#pragma once

#include "core/arguments/run_config.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

struct EvaluateOptions {
    std::string model; ///< reference, as in a run file
    std::vector<std::filesystem::path> files;
    std::string split, column;
    std::string by;                               ///< a column: each of its values is a part; empty: each file
    std::string templateText, prompt, completion; ///< as in a run file's "data", as the two below
    bool completionOnly = true, keepsStart = false;
    Blocks blocks = Blocks::Lines;
    int64_t maxLength = 128;
    int64_t batchSize = 8;          ///< changes speed and memory only
    double maskProbability = 0.15;  ///< masked models
    std::string maskKind = "token"; ///< masked models, as mask_kind
    int64_t seed = 42;              ///< masked models: which words are hidden
    int threads = 0;
};

struct EvaluateScores {
    double loss = 0; ///< mean over graded tokens
    double perplexity = 0;
    double accuracy = 0; ///< share of graded tokens that the model ranks first
    /// Cross-entropy of the graded tokens in bits, by the bytes that they stand for (GradedBytes of data/grading.h).
    /// None of masked models, which say nothing of a whole text.
    std::optional<double> bitsPerByte;
    int64_t examples = 0, tokens = 0, gradedTokens = 0;
    int64_t gradedBytes = 0; ///< causal models
};

struct EvaluatePart : EvaluateScores {
    std::string name; ///< of the file, or the value
};

struct EvaluateResult : EvaluateScores { ///< of all rows
    std::vector<EvaluatePart> parts;     ///< one where nothing was sorted; parts without a graded token are left out
    double seconds = 0;                  ///< of the model's work alone
};

/// Blocks. Hidden words of a part do not depend on the other parts. `progress` gets 0..1 and returns false to cancel
/// (then Stopped is thrown). Throws BadInput.
EvaluateResult evaluateText(const EvaluateOptions& options, const std::function<bool(double)>& progress = {});

} // namespace fettle
