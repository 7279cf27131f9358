// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/tokenizer_files.h"

#include "core/base/adapter_base.h"
#include "core/base/error.h"
#include "core/base/model_folder_names.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

std::string contentOf(const Json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    const Json* content = member(value, "content");
    return content && content->is_string() ? content->get<std::string>() : std::string();
}

const Json* member(const Json& object, const char* key)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

AddedToken parseAddedToken(const Json& entry)
{
    const auto isSet = [&](const char* key, bool fallback) {
        const Json* value = member(entry, key);
        return value && value->is_boolean() ? value->get<bool>() : fallback;
    };
    AddedToken token;
    token.content = contentOf(entry);
    token.special = isSet("special", false);
    token.singleWord = isSet("single_word", false);
    token.stripLeft = isSet("lstrip", false);
    token.stripRight = isSet("rstrip", false);
    token.normalized = isSet("normalized", !token.special);
    return token;
}

namespace
{

/// An adapter without a tokenizer has its base's.
std::filesystem::path tokenizerFolder(const std::filesystem::path& folder)
{
    std::error_code ignored;
    const auto isThere = [&](const char* name) { return std::filesystem::exists(folder / name, ignored); };
    const bool hasOwn = std::any_of(kTokenizerFileNames.begin(), kTokenizerFileNames.end(), isThere);
    return holdsAdapter(folder) && !hasOwn ? adapterBase(folder) : folder;
}

} // namespace

TokenizerFiles::TokenizerFiles(const std::filesystem::path& folder)
    : m_folder(tokenizerFolder(folder)), m_tokenizerConfig(readIfThere("tokenizer_config.json")),
      m_specialMap(readIfThere("special_tokens_map.json")), m_added(readIfThere("added_tokens.json")),
      m_config(readIfThere("config.json"))
{
    if (m_config.is_null() && holdsAdapter(m_folder))
        if (const auto config = adapterBase(m_folder) / "config.json"; std::filesystem::exists(config))
            m_config = readModelJson(config);
}

bool TokenizerFiles::has(const char* name) const
{
    std::error_code ignored;
    return std::filesystem::is_regular_file(m_folder / name, ignored);
}

Json TokenizerFiles::readIfThere(const char* name) const
{
    return has(name) ? readModelJson(m_folder / name) : Json();
}

std::vector<std::filesystem::path> TokenizerFiles::files() const
{
    std::vector<std::filesystem::path> found;
    for (const char* name : kTokenizerFileNames)
        if (has(name))
            found.push_back(m_folder / name);
    for (std::filesystem::path& file : chatTemplates())
        found.push_back(std::move(file));
    return found;
}

std::vector<std::filesystem::path> TokenizerFiles::chatTemplates() const
{
    std::vector<std::filesystem::path> found;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(m_folder / kChatTemplatesFolder, ignored))
        if (entry.is_regular_file(ignored) && entry.path().filename().string().ends_with(".jinja"))
            found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

const Json& TokenizerFiles::tokenizerJson() const
{
    if (m_tokenizerJson.is_null())
        m_tokenizerJson = readIfThere("tokenizer.json");
    return m_tokenizerJson;
}

std::string TokenizerFiles::tokenizerClass() const
{
    for (const Json* file : {&m_tokenizerConfig, &m_config})
        if (const Json* value = member(*file, "tokenizer_class"))
            if (std::string name = contentOf(*value); !name.empty())
                return name.ends_with("Fast") && name != "PreTrainedTokenizerFast" ? name.substr(0, name.size() - 4)
                                                                                   : name;
    return {};
}

bool TokenizerFiles::flag(const char* key, bool fallback) const
{
    const Json* value = member(m_tokenizerConfig, key);
    return value && value->is_boolean() ? value->get<bool>() : fallback;
}

std::vector<const Json*> TokenizerFiles::specialFiles() const
{
    if (member(m_tokenizerConfig, "added_tokens_decoder"))
        return {&m_tokenizerConfig};
    return {&m_specialMap, &m_tokenizerConfig};
}

std::string TokenizerFiles::specialName(const char* key, const std::string& fallback) const
{
    for (const Json* file : specialFiles())
        if (const Json* value = member(*file, key))
            if (std::string name = contentOf(*value); !name.empty())
                return name;
    return fallback;
}

SpecialTokens TokenizerFiles::specialTokens(const std::function<int32_t(const std::string&)>& idOf,
                                            const Json& fallbacks) const
{
    const auto find = [&](const char* key) -> std::optional<int32_t> {
        const Json* usual = member(fallbacks, key);
        const std::string name = specialName(key, usual ? contentOf(*usual) : std::string());
        if (const int32_t id = name.empty() ? -1 : idOf(name); id >= 0)
            return id;
        const Json* id = member(m_config, (std::string(key) + "_id").c_str());
        if (id && id->is_array() && !id->empty())
            id = &id->front();
        if (id && id->is_number_integer() && id->get<int64_t>() >= 0)
            return id->get<int32_t>();
        return std::nullopt;
    };
    return {find("bos_token"), find("eos_token"), find("unk_token"), find("sep_token"),
            find("pad_token"), find("cls_token"), find("mask_token")};
}

} // namespace fettle
