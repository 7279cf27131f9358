// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/conversations.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/chat/chat_template.h"
#include "core/data/json_scanner.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr const char* plainTemplate =
    "{% for m in messages %}{% if m['role'] == 'assistant' %}Assistant: {{ m['content'] }}{{ eos_token }}\n"
    "{% elif m['role'] == 'user' %}User: {{ m['content'] }}\n"
    "{% else %}{{ m['content'] }}\n\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}";

std::string roleOf(const std::string& from)
{
    return from == "human" ? "user" : from == "gpt" || from == "bot" ? "assistant" : from;
}

/// All messages of a row, and how many of them the answer to the others is; 0: it does not stand apart.
struct Messages {
    Json all;
    size_t answer = 0;
};

Messages messagesOf(std::string_view row)
{
    Messages messages{parseJson(row, "messages")};
    if (!messages.all.is_object())
        return messages;
    Json answer = messages.all["completion"];
    messages.all = Json(messages.all["prompt"]);
    messages.answer = answer.size();
    for (Json& message : answer)
        messages.all.push_back(std::move(message));
    return messages;
}

/// The first `count` messages, and with `beginsAnswer` what begins the assistant's next one.
std::string rendered(const ChatTemplate& chat, const Json& all, size_t count, bool beginsAnswer)
{
    Json some = Json::array();
    for (size_t i = 0; i < count; ++i)
        some.push_back(all[i]);
    return chat.render(Json{{"messages", std::move(some)}, {"add_generation_prompt", beginsAnswer}});
}

size_t commonLength(const std::vector<int32_t>& some, const std::vector<int32_t>& others)
{
    return static_cast<size_t>(std::mismatch(some.begin(), some.end(), others.begin(), others.end()).first -
                               some.begin());
}

} // namespace

std::string readMessages(JsonScanner& scanner, const std::string& column)
{
    const size_t position = scanner.position();
    const auto refuse = [&](const std::string& what) {
        scanner.fail(position, fmt::format("\"{}\" {}.", shown(column, 60), what),
                     R"(A conversation is a list of messages: [{"role": "user", "content": "…"}, …].)");
    };
    Json messages = parseJson(scanner.skipValue(), column);
    if (!messages.is_array() || messages.empty())
        refuse("is not a list of messages");
    for (Json& message : messages) {
        if (message.is_object() && message.contains("from") && message.contains("value")) {
            const Json from = message["from"], value = message["value"];
            message =
                Json{{"role", from.is_string() ? Json(roleOf(from.get<std::string>())) : from}, {"content", value}};
        }
        if (!message.is_object() || !message.contains("role") || !message["role"].is_string())
            refuse("holds what is no message with a role");
    }
    return jsonText(messages);
}

std::string answeredConversation(const std::string& prompt, const std::string& completion)
{
    return fmt::format(R"({{"prompt":{},"completion":{}}})", prompt, completion);
}

std::string conversationWords(std::string_view messages)
{
    std::string words;
    if (messages.empty())
        return words;
    for (const Json& message : messagesOf(messages).all) {
        const Json content = message.value("content", Json(nullptr));
        words += fmt::format("{}{}: {}", words.empty() ? "" : "\n", message["role"].get<std::string>(),
                             content.is_string() ? content.get<std::string>() : jsonText(content));
    }
    return words;
}

ConversationTemplate conversationTemplate(const Tokenizer& tokenizer)
{
    if (!tokenizer.files().empty())
        if (const auto folder = tokenizer.files().front().parent_path(); hasChatTemplate(folder))
            return {std::make_shared<const ChatTemplate>(loadChatTemplate(folder)), false};
    const auto end = tokenizer.special().eos;
    return {std::make_shared<const ChatTemplate>(plainTemplate, "the plain chat template",
                                                 Json{{"eos_token", end ? tokenizer.idToToken(*end) : ""}}),
            true};
}

ConversationTokenizer::ConversationTokenizer(std::shared_ptr<const Tokenizer> tokenizer,
                                             std::shared_ptr<const ChatTemplate> chatTemplate)
    : m_tokenizer(std::move(tokenizer)), m_chat(std::move(chatTemplate))
{
}

std::string ConversationTokenizer::prompt(std::string_view messages) const
{
    if (messages.empty())
        return {};
    const Messages conversation = messagesOf(messages);
    const Json& all = conversation.all;
    const auto firstAnswer =
        std::find_if(all.begin(), all.end(), [](const Json& message) { return message["role"] == "assistant"; });
    const auto asked = conversation.answer > 0 ? all.size() - conversation.answer
                                               : static_cast<size_t>(std::distance(all.begin(), firstAnswer));
    if (asked == 0 || asked == all.size())
        return {};
    std::string text = rendered(*m_chat, all, asked, true);
    const std::vector<int32_t> before = m_tokenizer->encodeIds("", true);
    if (!before.empty())
        if (const std::string first = m_tokenizer->idToToken(before.front()); text.starts_with(first))
            text.erase(0, first.size());
    return text;
}

EncodedRow ConversationTokenizer::encode(std::string_view messages) const
{
    EncodedRow row;
    if (messages.empty())
        return row;
    const Messages conversation = messagesOf(messages);
    const Json& all = conversation.all;
    const std::string text = rendered(*m_chat, all, all.size(), false);
    row.ids = m_tokenizer->encodeIds(text, false);
    const auto begins = [&](size_t message) {
        if (message == 0)
            return size_t{0}; // templates render no empty list
        const std::vector<int32_t> before = m_tokenizer->encodeIds(rendered(*m_chat, all, message, true), false);
        const size_t common = commonLength(before, row.ids);
        row.promptDiffers |= common < before.size();
        return common;
    };
    if (conversation.answer > 0) {
        if (const size_t begin = begins(all.size() - conversation.answer); begin < row.ids.size())
            row.answers.push_back({begin, row.ids.size()});
        return row;
    }
    bool isAsWritten = true; // earlier answers stand as they stood when they were written
    for (size_t i = 0; i < all.size(); ++i) {
        const bool isLast = i + 1 == all.size();
        if (all[i]["role"] == "assistant" && (isLast || isAsWritten)) {
            const std::string through = isLast ? text : rendered(*m_chat, all, i + 1, false);
            isAsWritten &= text.starts_with(through);
            const size_t end = isLast ? row.ids.size() : commonLength(m_tokenizer->encodeIds(through, false), row.ids);
            const size_t begin = std::max(begins(i), row.answers.empty() ? 0 : row.answers.back().end);
            if (!isAsWritten)
                row.answers.clear();
            if (begin < end && (isLast || isAsWritten))
                row.answers.push_back({begin, end});
        }
    }
    return row;
}

} // namespace fettle
