// SPDX-License-Identifier: GPL-3.0-or-later
// A model's chat template: makes one text of a conversation, as transformers' apply_chat_template does.
#pragma once

#include "core/base/error.h"
#include "core/base/json.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fettle
{

namespace jinja
{
struct Node;
}

struct ChatMessage {
    std::string role; ///< "system", "user" or "assistant"
    std::string content;
};

/// Immutable; every method may be called from several threads at once. The template is anyone's: whatever it holds,
/// rendering ends soon, in little memory.
class ChatTemplate
{
public:
    /// `source`: what messages call it. `variables`: what a model's folder gives it (bos_token and its like). Throws
    /// BadInput with line and what is not understood.
    ChatTemplate(std::string_view text, const std::string& source);
    ChatTemplate(std::string_view text, const std::string& source, const Json& variables);
    ~ChatTemplate();
    ChatTemplate(ChatTemplate&&) noexcept;
    ChatTemplate& operator=(ChatTemplate&&) noexcept;

    /// The conversation, and with `addGenerationPrompt` what begins the assistant's answer. The text holds its special
    /// tokens: it is to be encoded without adding any. Throws BadInput where the template fails or refuses it.
    std::string render(const std::vector<ChatMessage>& messages, bool addGenerationPrompt = true) const;
    /// The same from an object with "messages", and whatever else the template is to know ("tools",
    /// "add_generation_prompt", "enable_thinking"); these overrule the folder's. With "tools", a folder's template
    /// "tool_use" is taken, where there is one.
    std::string render(const Json& variables) const;

private:
    friend ChatTemplate loadChatTemplate(const std::filesystem::path&, const std::optional<std::string>&);

    struct Part {
        std::string source;
        std::unique_ptr<jinja::Node> root;
    };
    static Part parsed(std::string_view text, const std::string& source);

    std::unique_ptr<const Json> m_variables;
    Part m_usual, m_forTools;
    std::optional<Error> m_noUsual; ///< where there is one for tools alone
};

/// Whether a model folder has a chat template; nothing is parsed. Throws nothing.
bool hasChatTemplate(const std::filesystem::path& modelFolder);
/// The template that is taken where none is named, as its file has it; none where a folder has none, or only others.
/// Throws BadInput (subject "model").
std::optional<std::string> chatTemplateText(const std::filesystem::path& modelFolder);
/// The one that transformers' apply_chat_template takes (template_files.h says where it looks): of several with names
/// "default". Special tokens are passed under their names. `overriding`: the name of another one of the folder's, where
/// they have names, else the text of a template. Throws BadInput (subject "model"): none, none that is the default, or
/// one that is broken.
ChatTemplate loadChatTemplate(const std::filesystem::path& modelFolder,
                              const std::optional<std::string>& overriding = {});

} // namespace fettle
