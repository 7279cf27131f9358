// SPDX-License-Identifier: GPL-3.0-or-later
// The chat templates that lie in a model's folder, as transformers' tokenizer finds them (5.24,
// tokenization_utils_base.py, _from_pretrained and get_chat_template). Inside the room only.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace fettle
{

class TokenizerFiles;

struct TemplateText {
    std::string text, source; ///< source: what messages call it
};

struct TemplateFiles {
    std::map<std::string, TemplateText> named; ///< one alone is "default"
    bool hasNames = false;                     ///< they are chosen by name, though it may be one
    std::string where;                         ///< they lie, for messages
};

/// chat_template.jinja ("default") and additional_chat_templates/NAME.jinja, else tokenizer_config.json's
/// "chat_template" (a text, or named ones as a list or an object), else that of chat_template.json (which transformers
/// reads with processors). None where there is no template. Throws BadInput (subject "model").
std::optional<TemplateFiles> findTemplates(const TokenizerFiles& files);

} // namespace fettle
