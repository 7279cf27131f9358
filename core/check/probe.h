// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a model on a batch from a file and writes logits, loss and gradients: to compare with other programs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fettle
{

struct ProbeRequest {
    std::string model;              ///< reference
    std::filesystem::path batch;    ///< safetensors: input_ids, attention_mask, labels, token_type_ids, int64 [B, T]
    std::filesystem::path out;      ///< safetensors: logits [B, T, V], loss [1], "grad." + name
    std::vector<std::string> grads; ///< Hugging Face names; "all" stands for every parameter
};
struct ProbeResult {
    double loss = 0; ///< mean over the graded tokens; not a number where there are none
    int64_t tokens = 0;
    int64_t gradedTokens = 0;
    int64_t gradients = 0;            ///< written
    std::vector<std::string> notices; ///< what was to be said of the model's files
};

/// Blocks. Eval mode, float32; all but input_ids may be missing from the batch; positions whose mask is 0 get zero
/// logits. Throws BadInput: a batch that does not fit, a parameter that the model does not have.
ProbeResult probeModel(const ProbeRequest& request);

} // namespace fettle
