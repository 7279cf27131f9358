// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/conversation.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

FittedConversation fitConversation(const ChatTemplate& chatTemplate, const Tokenizer& tokenizer,
                                   std::vector<ChatMessage> messages, int64_t contextLength, int64_t maxNewTokens)
{
    const int64_t room = contextLength - std::clamp<int64_t>(maxNewTokens, 1, std::max<int64_t>(1, contextLength / 2));
    FittedConversation fitted;
    for (;;) {
        std::string text = chatTemplate.render(messages);
        const auto tokens = static_cast<int64_t>(tokenizer.encodeIds(text, false).size());
        if (tokens <= room) {
            fitted.prompt = Prompt::ofChat(std::move(text));
            return fitted;
        }
        const auto oldest = messages.begin() + (messages.front().role == "system" ? 1 : 0);
        const auto isUsers = [](const ChatMessage& message) { return message.role == "user"; };
        const auto next = oldest == messages.end() ? messages.end() : std::find_if(oldest + 1, messages.end(), isUsers);
        if (next == messages.end())
            throw badInput(
                fmt::format("The message is {} tokens long, and this model has room for {} beside its answer.",
                            grouped(tokens), grouped(std::max<int64_t>(room, 0))),
                "Shorten it, or let the answer be shorter.", "prompt");
        fitted.leftOut += static_cast<int>(next - oldest);
        messages.erase(oldest, next);
    }
}

} // namespace fettle
