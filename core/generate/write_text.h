// SPDX-License-Identifier: GPL-3.0-or-later
// The `generate` and `fill-mask` commands: load a model and let it write, or fill blanks.
#pragma once

#include "core/chat/chat_template.h"
#include "core/events/events.h"
#include "core/generate/options.h"
#include "core/generate/prompt.h"

#include <functional>
#include <string>
#include <vector>

namespace fettle
{

/// Blocks. Like generate() of generate/generator.h, but `text` is the tokenizer's own decoding of the new ids without
/// special tokens, as transformers decodes them.
Generation writeText(const std::string& model, const Prompt& prompt, const GenerateOptions& options, int threads,
                     const std::function<bool(const GeneratedPiece&)>& onPiece = {},
                     const std::function<bool(const BeamProgress&)>& onBeams = {});
/// A conversation in the words of the model's chat template, as fitConversation() of generate/conversation.h cuts it.
/// Of the model only its tokenizer is loaded. Throws BadInput where there is no room for the answer.
Prompt promptOf(const std::string& model, const std::vector<ChatMessage>& messages, const GenerateOptions& options);
/// Blocks. One list of candidates for each mask token in `text`.
std::vector<std::vector<FillCandidate>> fillBlanks(const std::string& model, const std::string& text, int topK,
                                                   int threads);

} // namespace fettle
