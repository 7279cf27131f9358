// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/collect_added.h"

#include "core/base/text.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace fettle
{

namespace
{

/// Tokens in the order in which they came, each content once.
class Collection
{
public:
    explicit Collection(const VocabularyView& vocabulary) : m_vocabulary(vocabulary) {}

    /// A token that is known already gets the new flags and keeps its id.
    void add(AddedToken token)
    {
        if (token.content.empty())
            return;
        const auto known = m_places.find(token.content);
        if (known != m_places.end()) {
            token.id = m_tokens[known->second].id;
            m_tokens[known->second] = std::move(token);
            return;
        }
        if (token.id < 0)
            token.id = m_vocabulary.idOf(token.content);
        if (token.id < 0)
            token.id = nextId();
        m_highest = std::max(m_highest, token.id);
        m_places[token.content] = m_tokens.size();
        m_tokens.push_back(std::move(token));
    }
    /// Of a token that the vocabulary lacks.
    int32_t nextId() const { return std::max(m_vocabulary.size, m_highest + 1); }
    bool has(const std::string& content) const { return m_places.contains(content); }
    void markSpecial(const std::string& content)
    {
        if (const auto known = m_places.find(content); known != m_places.end())
            m_tokens[known->second].special = true;
    }
    std::vector<AddedToken> take() { return std::move(m_tokens); }

private:
    const VocabularyView& m_vocabulary;
    std::vector<AddedToken> m_tokens;
    std::unordered_map<std::string, size_t> m_places;
    int32_t m_highest = -1;
};

/// By the id that the file gives, which orders them and does no more.
void addOrdered(std::vector<std::pair<int64_t, AddedToken>> tokens, Collection& out)
{
    std::stable_sort(tokens.begin(), tokens.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [order, token] : tokens)
        out.add(std::move(token));
}

/// The special tokens of both small files, in the order in which the reference adds them.
std::vector<Json> namedEntries(const TokenizerFiles& files)
{
    std::vector<Json> entries;
    const auto add = [&](const Json& entry) {
        if (!contentOf(entry).empty())
            entries.push_back(entry.is_string() ? Json{{"content", entry}} : entry);
    };
    const auto addKey = [&](const char* key) {
        for (const Json* file : files.specialFiles())
            if (const Json* value = member(*file, key))
                add(*value);
    };
    const auto isKnown = [](const std::string& key) {
        return std::find(std::begin(kSpecialKeys), std::end(kSpecialKeys), key) != std::end(kSpecialKeys);
    };
    for (const char* key : kSpecialKeys)
        addKey(key);
    for (const Json* file : files.specialFiles()) {
        if (!file->is_object())
            continue;
        for (const auto& [key, value] : file->items())
            if (key.ends_with("_token") && !isKnown(key))
                add(value);
        for (const char* key : {"additional_special_tokens", "extra_special_tokens"})
            if (const Json* list = member(*file, key); list && list->is_structured())
                for (const Json& entry : *list)
                    add(entry);
    }
    return entries;
}

} // namespace

std::vector<AddedToken> collectAddedTokens(const TokenizerFiles& files, const VocabularyView& vocabulary,
                                           const Json& defaults, std::vector<AddedToken> own)
{
    Collection all(vocabulary);
    for (AddedToken& token : own)
        all.add(std::move(token));
    if (const Json* list = member(files.tokenizerJson(), "added_tokens"); list && list->is_array())
        for (const Json& entry : *list)
            if (entry.at("content").is_string())
                all.add(parseAddedToken(entry));

    std::vector<Json> named = namedEntries(files);
    std::unordered_set<std::string> names;
    for (const Json& entry : named)
        names.insert(contentOf(entry));
    std::vector<std::pair<int64_t, AddedToken>> ordered;
    if (files.addedFile().is_object())
        for (const auto& [content, id] : files.addedFile().items())
            if (id.is_number_integer())
                ordered.emplace_back(id.get<int64_t>(),
                                     parseAddedToken({{"content", content}, {"special", names.contains(content)}}));
    addOrdered(std::exchange(ordered, {}), all);
    if (const Json* decoder = member(files.tokenizerConfig(), "added_tokens_decoder"); decoder && decoder->is_object())
        for (const auto& [id, entry] : decoder->items())
            if (const auto number = parseInteger(id))
                ordered.emplace_back(*number, parseAddedToken(entry));
    addOrdered(std::move(ordered), all);

    for (Json& entry : named) {
        const std::string content = contentOf(entry);
        entry["special"] = true;
        if (!all.has(content))
            all.add(parseAddedToken(entry));
        else
            all.markSpecial(content);
    }
    const Json* size = member(files.config(), "vocab_size");
    const int64_t room = size && size->is_number_integer() ? size->get<int64_t>() : 0;
    if (defaults.is_object())
        for (const auto& [key, value] : defaults.items()) {
            Json entry = value.is_string() ? Json{{"content", value}} : value;
            entry["special"] = true;
            // The reference adds it even where the model has no room for it, and fails when a text holds it.
            const bool overruled = !files.specialName(key.c_str()).empty();
            const bool fits = vocabulary.idOf(contentOf(entry)) >= 0 || all.nextId() < room;
            if (!overruled && !all.has(contentOf(entry)) && fits)
                all.add(parseAddedToken(entry));
        }
    return all.take();
}

} // namespace fettle
