// SPDX-License-Identifier: GPL-3.0-or-later
// What llama.cpp calls the ways to cut a text into words that it has (src/llama-vocab.cpp there).
#pragma once

#include "core/base/error.h"
#include "core/tokenizers/pipeline.h"

#include <string>

namespace fettle
{

/// tokenizer.ggml.pre of a BPE over bytes. Throws BadInput (subject "model") for a way that llama.cpp has not.
std::string ggufPreTokenizer(const PipelineTokenizer& tokenizer);

/// "… has no tokenizer WHAT."
Error unknownToLlama(const std::string& what);

} // namespace fettle
