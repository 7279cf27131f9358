// SPDX-License-Identifier: GPL-3.0-or-later
// A conversation as what a model writes on from.
#pragma once

#include "core/chat/chat_template.h"
#include "core/generate/prompt.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace fettle
{

class Tokenizer;

struct FittedConversation {
    Prompt prompt;
    int leftOut = 0; ///< messages
};

/// The whole conversation in the model's chat template, with room for the answer (of `maxNewTokens`, but not more than
/// half of the context). Where there is none, the oldest turns are left out, each with its answer; a system message at
/// the beginning stays. Throws BadInput where the last message alone has no room.
/// `goesOn` is asked before each rendering, which takes as long as a foreign template likes; where it says no, an empty
/// prompt comes back.
FittedConversation fitConversation(const ChatTemplate& chatTemplate, const Tokenizer& tokenizer,
                                   const std::vector<ChatMessage>& messages, int64_t contextLength,
                                   int64_t maxNewTokens, const std::function<bool()>& goesOn = {});

} // namespace fettle
