// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/chat_template.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/chat/renderer.h"
#include "core/tokenizers/tokenizer_files.h"
#include "core/tokenizers/transformers_classes.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr uint64_t largestTemplate = uint64_t{1} << 20;
constexpr const char* kFile = "chat_template.jinja";

struct Found {
    std::string text, source;
};

std::string readTemplate(const fs::path& file)
{
    return readRegularFile(file, largestTemplate);
}

/// A text, or named ones of which "default" counts.
std::optional<std::string> textOf(const Json& value, const std::string& source)
{
    if (value.is_string())
        return value.get<std::string>();
    std::string names;
    for (const Json& each : value.is_array() ? value : Json::array()) {
        const Json *name = member(each, "name"), *text = member(each, "template");
        if (!name || !name->is_string() || !text || !text->is_string())
            throw badInput(fmt::format("{}: chat_template is a list of something else than named templates", source),
                           "Fetch the file anew.", "model");
        if (*name == "default")
            return text->get<std::string>();
        names += (names.empty() ? "" : ", ") + name->get<std::string>();
    }
    if (value.is_null())
        return std::nullopt;
    throw badInput(fmt::format("{}: chat_template has no default ({})", source, shown(names)),
                   "transformers would ask for one of them by name; save the wanted one as chat_template.jinja.",
                   "model");
}

std::optional<Found> findTemplate(const TokenizerFiles& files)
{
    if (const fs::path file = files.path(kFile); files.has(kFile))
        return Found{readTemplate(file), file.string()};
    for (const char* name : {"tokenizer_config.json", "chat_template.json"}) {
        if (!files.has(name))
            continue;
        const fs::path file = files.path(name);
        const Json json = readModelJson(file);
        if (const Json* value = member(json, "chat_template"))
            if (auto text = textOf(*value, file.string()))
                return Found{std::move(*text), file.string() + ", chat_template"};
    }
    return std::nullopt;
}

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
    : m_source(source), m_variables(std::make_unique<const Json>(variables)),
      m_root(jinja::parse(toValidUtf8(text), source))
{
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
    return jinja::render(*m_root, m_source, values);
}

bool hasChatTemplate(const fs::path& modelFolder)
{
    try {
        return findTemplate(TokenizerFiles(modelFolder)).has_value();
    } catch (const std::exception&) {
        return true; // one that cannot be read says so where it is used
    }
}

ChatTemplate loadChatTemplate(const fs::path& modelFolder, const std::optional<std::string>& overriding)
{
    const TokenizerFiles files(modelFolder);
    std::optional<Found> found = overriding ? Found{*overriding, "chat_template"} : findTemplate(files);
    if (!found)
        throw badInput(fmt::format("{} has no chat template", modelFolder.string()),
                       "Models for conversations have one (chat_template.jinja, or chat_template in "
                       "tokenizer_config.json); with this model, give a text to write on from.",
                       "model");
    return ChatTemplate(found->text, found->source, specialTokens(files));
}

} // namespace fettle
