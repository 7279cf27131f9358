// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/template_files.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/model_folder_names.h"
#include "core/tokenizers/tokenizer_files.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr uint64_t largestTemplate = uint64_t{1} << 20;
constexpr const char* defaultFile = "chat_template.jinja";
constexpr const char* defaultName = "default";

/// "chat_template" of a JSON file: a text, a list of {"name", "template"}, of which the last of a name counts, or an
/// object of texts.
TemplateFiles templatesIn(const Json& value, const fs::path& file)
{
    const std::string source = file.string() + ", chat_template";
    TemplateFiles found;
    found.where = file.string();
    if (value.is_string()) {
        found.named[defaultName] = {value.get<std::string>(), source};
        return found;
    }
    const auto require = [&](bool fits) {
        if (!fits)
            throw badInput(
                fmt::format("{}: chat_template is something else than a text or named templates", file.string()),
                "Fetch the file anew.", "model");
    };
    require(value.is_structured());
    found.hasNames = true;
    const auto add = [&](const std::string& name, const Json& text) {
        require(text.is_string());
        found.named[name] = {text.get<std::string>(), fmt::format("{} \"{}\"", source, name)};
    };
    if (value.is_object())
        for (const auto& [name, text] : value.items())
            add(name, text);
    else
        for (const Json& each : value) {
            const Json *name = member(each, "name"), *text = member(each, "template");
            require(name && name->is_string() && text);
            add(name->get<std::string>(), *text);
        }
    return found;
}

} // namespace

std::optional<TemplateFiles> findTemplates(const TokenizerFiles& files)
{
    TemplateFiles found;
    found.where = files.path("").parent_path().string();
    const auto read = [&](const std::string& name, const fs::path& file) {
        found.named[name] = {readRegularFile(file, largestTemplate), file.string()};
    };
    if (files.has(defaultFile))
        read(defaultName, files.path(defaultFile));
    for (const fs::path& file : files.chatTemplates())
        read(file.stem().string(), file);
    if (!found.named.empty()) {
        found.hasNames = found.named.size() > 1 || !found.named.contains(defaultName);
        return found;
    }
    for (const char* name : {"tokenizer_config.json", "chat_template.json"}) {
        if (!files.has(name))
            continue;
        const Json json = readModelJson(files.path(name));
        if (const Json* value = member(json, "chat_template"))
            return templatesIn(*value, files.path(name));
    }
    return std::nullopt;
}

} // namespace fettle
