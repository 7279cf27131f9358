// SPDX-License-Identifier: GPL-3.0-or-later
// Conversations: a row is a list of messages, which the model's chat template makes one text of.
#pragma once

#include "core/data/answer_rows.h"

#include <memory>
#include <string>
#include <string_view>

namespace fettle
{

class ChatTemplate;
class JsonScanner;
class Tokenizer;

/// The list of messages that the scanner stands before, as transformers' chat templates take it: [{"role", "content"}].
/// {"from", "value"} (ShareGPT) is the same in other words: human and gpt are user and assistant. Throws BadInput
/// naming the line of what is none.
std::string readMessages(JsonScanner& scanner, const std::string& column);
/// A conversation whose beginning and the answer to it stand apart (trl's conversational prompt and completion), both
/// of readMessages(): as the functions below take it.
std::string answeredConversation(const std::string& prompt, const std::string& completion);
/// "user: …\nassistant: …", for people.
std::string conversationWords(std::string_view messages);

/// The chat template beside a tokenizer's files. A model that has none gets a plain one: "User: …\nAssistant: …", an
/// end of text behind every answer.
struct ConversationTemplate {
    std::shared_ptr<const ChatTemplate> chat;
    bool isPlain = false;
};
ConversationTemplate conversationTemplate(const Tokenizer& tokenizer);

/// Conversations as token ids. All of a row is rendered once; the last answer is what its tokens have beyond those of
/// the messages before it with the template's beginning of an answer, as trl's SFTTrainer takes prompt and completion
/// of a conversation. So are earlier answers of the assistant, where the template leaves them as they are when more
/// follows; where it does not (it takes thoughts out of them, say), the last answer alone is graded. Where the answer
/// stands apart it is that alone, all of its messages.
class ConversationTokenizer
{
public:
    ConversationTokenizer(std::shared_ptr<const Tokenizer> tokenizer, std::shared_ptr<const ChatTemplate> chatTemplate);

    /// `messages`: of readMessages() or answeredConversation(). Throws BadInput where the template refuses them.
    EncodedRow encode(std::string_view messages) const;
    /// What the first answer of a row is written to: the messages before it and the template's beginning of an answer,
    /// as a prompt, so without the token that prompts begin with anyway. Empty where nothing is asked or answered.
    std::string prompt(std::string_view messages) const;

private:
    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::shared_ptr<const ChatTemplate> m_chat;
};

} // namespace fettle
