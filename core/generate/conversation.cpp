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
                                   const std::vector<ChatMessage>& messages, int64_t contextLength,
                                   int64_t maxNewTokens, const std::function<bool()>& goesOn)
{
    const int64_t room = contextLength - std::clamp<int64_t>(maxNewTokens, 1, std::max<int64_t>(1, contextLength / 2));
    const size_t kept = !messages.empty() && messages.front().role == "system" ? 1 : 0;
    std::vector<size_t> starts = {kept}; // where what is given after a system message may begin
    for (size_t i = kept + 1; i < messages.size(); ++i)
        if (messages[i].role == "user")
            starts.push_back(i);
    // The first start that fits, by bisection after the first and the last: few renderings.
    FittedConversation fitted;
    size_t first = 0, end = starts.size();
    for (size_t tried = 0; first < end; tried = end == starts.size() ? end - 1 : (first + end) / 2) {
        if (goesOn && !goesOn())
            return {};
        std::vector<ChatMessage> given(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(kept));
        given.insert(given.end(), messages.begin() + static_cast<std::ptrdiff_t>(starts[tried]), messages.end());
        std::string text = chatTemplate.render(given);
        const auto tokens = static_cast<int64_t>(tokenizer.encodeIds(text, false).size());
        if (tokens <= room) {
            fitted = {Prompt::ofChat(std::move(text)), static_cast<int>(starts[tried] - kept)};
            end = tried;
        } else if (tried + 1 < starts.size()) {
            first = tried + 1;
        } else {
            throw badInput(
                fmt::format("The message is {} tokens long, and this model has room for {} beside its answer.",
                            grouped(tokens), grouped(std::max<int64_t>(room, 0))),
                "Shorten it, or let the answer be shorter.", "prompt");
        }
    }
    return fitted;
}

} // namespace fettle
