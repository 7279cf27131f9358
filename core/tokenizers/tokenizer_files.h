// SPDX-License-Identifier: GPL-3.0-or-later
// The small files beside a vocabulary: which special and added tokens they name. Inside the room only (JSON library).
#pragma once

#include "core/base/json.h"
#include "core/tokenizers/added_tokens.h"
#include "core/tokenizers/tokenizer.h"

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

namespace fettle
{

/// A model folder's tokenizer_config.json, special_tokens_map.json, added_tokens.json, config.json and tokenizer.json;
/// null where one is missing.
class TokenizerFiles
{
public:
    explicit TokenizerFiles(const std::filesystem::path& folder);

    bool has(const char* name) const;
    std::filesystem::path path(const char* name) const { return m_folder / name; }
    /// Every file that belongs to the tokenizer and is there.
    std::vector<std::filesystem::path> files() const;
    /// Those of additional_chat_templates, in the order of their names.
    std::vector<std::filesystem::path> chatTemplates() const;

    const Json& tokenizerConfig() const { return m_tokenizerConfig; }
    /// special_tokens_map.json and tokenizer_config.json, the one that counts first; the latter alone where it lists
    /// its tokens in added_tokens_decoder.
    std::vector<const Json*> specialFiles() const;
    const Json& addedFile() const { return m_added; }
    const Json& config() const { return m_config; }
    /// Read at the first call; null where there is none.
    const Json& tokenizerJson() const;
    /// `tokenizer_class` of tokenizer_config.json, else of config.json, without "Fast"; or empty.
    std::string tokenizerClass() const;
    /// A bool of tokenizer_config.json, `fallback` where it is absent or null.
    bool flag(const char* key, bool fallback) const;

    /// The text of "bos_token" and its like in specialFiles(), else `fallback`.
    std::string specialName(const char* key, const std::string& fallback = {}) const;
    /// Ids for all seven, through `idOf` (-1: no such token), then config.json's bos_token_id and its like.
    /// `fallbacks` are the names that this kind of tokenizer has by default.
    SpecialTokens specialTokens(const std::function<int32_t(const std::string&)>& idOf, const Json& fallbacks) const;

private:
    Json readIfThere(const char* name) const;

    std::filesystem::path m_folder;
    Json m_tokenizerConfig, m_specialMap, m_added, m_config;
    mutable Json m_tokenizerJson;
};

/// The seven special tokens that transformers names, in its order.
inline constexpr const char* kSpecialKeys[] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                               "pad_token", "cls_token", "mask_token"};

/// An entry of added_tokens or added_tokens_decoder, without an id.
AddedToken parseAddedToken(const Json& entry);
/// "…" or {"content": "…", …}; empty for anything else.
std::string contentOf(const Json& value);
/// Null where `object` has no such key or null for it.
const Json* member(const Json& object, const char* key);

} // namespace fettle
