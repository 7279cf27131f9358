// SPDX-License-Identifier: GPL-3.0-or-later
// The `eval` command: loss, perplexity, token accuracy and bits per byte of a model over a text.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

struct RunConfig;

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

/// Blocks. What a check of a run with these settings would measure of `config.model` on its texts (data.train): the
/// other arguments that count are mask_kind, mlm_probability, seed, per_device_eval_batch_size and threads. `by`: a
/// column, each of whose values is a part; empty: each file. Hidden words of a part do not depend on the other parts.
/// `progress` gets 0..1 and returns false to cancel (then Stopped is thrown). Throws BadInput.
EvaluateResult evaluateText(RunConfig config, const std::string& by = {},
                            const std::function<bool(double)>& progress = {});

} // namespace fettle
