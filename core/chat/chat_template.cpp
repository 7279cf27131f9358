// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/chat_template.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/chat/renderer.h"
#include "core/chat/template_files.h"
#include "core/tokenizers/tokenizer_files.h"
#include "core/tokenizers/transformers_classes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

/// special_tokens_map of the tokenizer that transformers makes of the folder: what the files name, or rule out with a
/// null, else what the class has by itself; a tokenizer.json that is taken whole has nothing by itself.
Json specialTokens(const TokenizerFiles& files)
{
    const TokenizerChoice choice = chooseTokenizer(files);
    const bool isWhole = choice.builtAs == TokenizerClass::Whole && files.has("tokenizer.json");
    const Json& defaults = defaultTokensOf(choice.builtAs, choice.kind);
    Json tokens = Json::object();
    for (const char* key : kSpecialKeys) {
        std::string name;
        const bool isNone =
            isWhole || (choice.builtAs == TokenizerClass::Qwen2 && key == std::string_view("bos_token"));
        if (const Json* usual = member(defaults, key); usual && !isNone)
            name = contentOf(*usual);
        bool isSaid = false;
        for (const Json* file : files.specialFiles())
            if (file->is_object() && file->contains(key) && !isSaid) {
                isSaid = true;
                name = contentOf(file->at(key));
            }
        if (!name.empty())
            tokens[key] = std::move(name);
    }
    return tokens;
}

/// As transformers passes messages on: without keys that are null, reasoning under its newer and older names.
Json normalizedMessages(const Json& messages)
{
    if (!messages.is_array() || messages.empty())
        throw badInput("a conversation is a list of at least one message", "", "messages");
    Json result = Json::array();
    for (const Json& message : messages) {
        if (!message.is_object())
            throw badInput(fmt::format("a message is an object with role and content, not {}", shown(message)), "",
                           "messages");
        Json kept = Json::object();
        const Json* reasoning = nullptr;
        for (const char* key : {"reasoning_content", "thinking", "reasoning"})
            if (!reasoning)
                reasoning = member(message, key);
        if (reasoning)
            kept["thinking"] = *reasoning;
        for (const auto& [key, value] : message.items())
            if (!value.is_null())
                kept[key] = value;
        if (reasoning)
            kept["reasoning_content"] = *reasoning;
        result.push_back(std::move(kept));
    }
    return result;
}

} // namespace

ChatTemplate::ChatTemplate(std::string_view text, const std::string& source)
    : ChatTemplate(text, source, Json::object())
{
}
ChatTemplate::ChatTemplate(std::string_view text, const std::string& source, const Json& variables)
    : m_variables(std::make_unique<const Json>(variables)), m_usual(parsed(text, source))
{
}
ChatTemplate::Part ChatTemplate::parsed(std::string_view text, const std::string& source)
{
    return {source, jinja::parse(toValidUtf8(text), source)};
}
ChatTemplate::~ChatTemplate() = default;
ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;

std::string ChatTemplate::render(const std::vector<ChatMessage>& messages, bool addGenerationPrompt) const
{
    Json list = Json::array();
    for (const ChatMessage& message : messages)
        list.push_back({{"role", message.role}, {"content", message.content}});
    return render(Json{{"messages", std::move(list)}, {"add_generation_prompt", addGenerationPrompt}});
}

std::string ChatTemplate::render(const Json& variables) const
{
    Json all = {{"tools", nullptr}, {"documents", nullptr}, {"add_generation_prompt", false}};
    for (const Json* each : {m_variables.get(), &variables})
        for (const auto& [name, value] : each->items())
            all[name] = value;
    all["messages"] = normalizedMessages(all["messages"]);
    std::vector<std::pair<std::string, jinja::Value>> values;
    jinja::Budget budget;
    try {
        for (const auto& [name, value] : all.items())
            values.emplace_back(name, jinja::Value::fromJson(value, budget));
    } catch (const jinja::Complaint& complaint) {
        throw badInput(fmt::format("the conversation cannot be passed to the chat template: {}", complaint.what()), "",
                       "messages");
    }
    const bool isForTools = m_forTools.root && !all["tools"].is_null();
    if (m_noUsual && !isForTools)
        throw *m_noUsual;
    const Part& part = isForTools ? m_forTools : m_usual;
    return jinja::render(*part.root, part.source, values);
}

bool hasChatTemplate(const std::filesystem::path& modelFolder)
{
    try {
        return findTemplates(TokenizerFiles(modelFolder)).has_value();
    } catch (const std::exception&) {
        return true; // one that cannot be read says so where it is used
    }
}

std::optional<std::string> chatTemplateText(const std::filesystem::path& modelFolder)
{
    const std::optional<TemplateFiles> found = findTemplates(TokenizerFiles(modelFolder));
    if (!found || !found->named.contains("default"))
        return std::nullopt;
    return found->named.at("default").text;
}

ChatTemplate loadChatTemplate(const std::filesystem::path& modelFolder, const std::optional<std::string>& overriding)
{
    const TokenizerFiles files(modelFolder);
    const Json variables = specialTokens(files);
    const std::optional<TemplateFiles> found = findTemplates(files);
    const auto named = [&](const std::string& name) -> const TemplateText* {
        if (!found)
            return nullptr;
        const auto at = found->named.find(name);
        return at == found->named.end() ? nullptr : &at->second;
    };
    if (overriding) {
        const TemplateText* theirs = found && found->hasNames ? named(*overriding) : nullptr;
        return theirs ? ChatTemplate(theirs->text, theirs->source, variables)
                      : ChatTemplate(*overriding, "chat_template", variables);
    }
    if (!found)
        throw badInput(fmt::format("{} has no chat template", modelFolder.string()),
                       "Models for conversations have one (chat_template.jinja, or chat_template in "
                       "tokenizer_config.json); with this model, give a text to write on from.",
                       "model");
    const TemplateText *usual = named("default"), *forTools = named("tool_use");
    std::optional<Error> noUsual;
    if (!usual) {
        std::vector<std::string> names;
        for (const auto& [name, text] : found->named)
            names.push_back(shown(name));
        noUsual = badInput(
            fmt::format("{}: of its chat templates ({}) none is the default", found->where, fmt::join(names, ", ")),
            "Save the one that is wanted as chat_template.jinja in the model's folder.", "model");
        if (!forTools)
            throw *noUsual;
        usual = forTools;
    }
    ChatTemplate loaded(usual->text, usual->source, variables);
    if (forTools)
        loaded.m_forTools = ChatTemplate::parsed(forTools->text, forTools->source);
    loaded.m_noUsual = std::move(noUsual);
    return loaded;
}

} // namespace fettle
