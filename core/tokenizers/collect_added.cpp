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

constexpr const char* kFurtherKeys[] = {"additional_special_tokens", "extra_special_tokens"};

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
    std::unordered_set<std::string> contents() const
    {
        std::unordered_set<std::string> all;
        for (const AddedToken& token : m_tokens)
            all.insert(token.content);
        return all;
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

Json asEntry(const Json& value)
{
    return value.is_string() ? Json{{"content", value}} : value;
}

/// bos_token and its like: of both small files, or the kind's own. `fits` says which of the latter there is room for.
template <typename Add, typename Fits>
void eachNamed(const TokenizerFiles& files, const Json& defaults, const Add& add, const Fits& fits)
{
    for (const char* key : kSpecialKeys) {
        const Json* usual = member(defaults, key);
        bool declared = false;
        for (const Json* file : files.specialFiles()) {
            const Json* value = member(*file, key);
            if (!value || contentOf(*value).empty())
                continue;
            declared = true;
            Json entry = asEntry(*value);
            if (value->is_string() && usual && usual->is_object()) { // the kind's flags
                entry = *usual;
                entry["content"] = *value;
            }
            add(std::move(entry));
        }
        if (usual && !declared && fits(contentOf(*usual)))
            add(asEntry(*usual));
    }
}

/// Others that the small files name: any key that ends so, and objects of names.
std::vector<Json> ofOtherNames(const TokenizerFiles& files)
{
    std::vector<Json> entries;
    const auto isKnown = [](const std::string& key) {
        return std::find(std::begin(kSpecialKeys), std::end(kSpecialKeys), key) != std::end(kSpecialKeys);
    };
    for (const Json* file : files.specialFiles()) {
        if (!file->is_object())
            continue;
        for (const auto& [key, value] : file->items())
            if (key.ends_with("_token") && !isKnown(key))
                entries.push_back(asEntry(value));
        for (const char* key : kFurtherKeys)
            if (const Json* names = member(*file, key); names && names->is_object())
                for (const Json& entry : *names)
                    entries.push_back(asEntry(entry));
    }
    return entries;
}

/// Lists of further special tokens. Beside tokens of the file's own the reference hears one of them alone.
std::vector<Json> further(const TokenizerFiles& files, bool besideOwn)
{
    std::vector<Json> entries;
    for (const Json* file : files.specialFiles())
        for (const char* key : kFurtherKeys) {
            const bool unheard = besideOwn && file != &files.tokenizerConfig() && key == kFurtherKeys[0];
            if (const Json* list = member(*file, key); list && list->is_array() && !unheard)
                for (const Json& entry : *list)
                    entries.push_back(asEntry(entry));
        }
    return entries;
}

/// The special ones of added_tokens.json, which knows no flags: the reference compares them with what is text by then.
std::unordered_set<std::string> namesBesideAddedFile(const TokenizerFiles& files)
{
    std::unordered_set<std::string> names;
    for (const char* key : kSpecialKeys)
        for (const Json* file : files.specialFiles())
            if (const Json* value = member(*file, key)) {
                if (value->is_string() || file != &files.tokenizerConfig())
                    names.insert(contentOf(*value));
                break;
            }
    for (const Json& entry : further(files, false))
        names.insert(contentOf(entry));
    return names;
}

/// Whether a list of further special tokens, be it empty, takes the place of the file's own.
bool replacesOwn(const TokenizerFiles& files)
{
    const auto has = [](const Json& file, const char* key) {
        return file.is_object() && file.contains(key) && !file.at(key).is_object();
    };
    const Json& config = files.tokenizerConfig();
    return has(config, kFurtherKeys[0]) || has(config, kFurtherKeys[1]) ||
           (!member(config, "added_tokens_decoder") && has(*files.specialFiles().front(), kFurtherKeys[1]));
}

} // namespace

std::vector<AddedToken> collectAddedTokens(const TokenizerFiles& files, const VocabularyView& vocabulary,
                                           const Json& defaults, OwnTokens own)
{
    Collection all(vocabulary);
    if (!own.asFurther)
        for (AddedToken& token : own.tokens)
            all.add(std::move(token));
    if (const Json* list = member(files.tokenizerJson(), "added_tokens"); list && list->is_array())
        for (const Json& entry : *list)
            if (entry.at("content").is_string())
                all.add(parseAddedToken(entry));

    const std::vector<Json> others = ofOtherNames(files), lists = further(files, own.asFurther);
    std::unordered_set<std::string> names = namesBesideAddedFile(files);
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

    // Of two that are named the later counts; those that are listed with flags keep them.
    const std::unordered_set<std::string> listed = all.contents();
    std::vector<Json> done;
    const auto addSpecial = [&](Json entry) {
        const std::string content = contentOf(entry);
        if (content.empty() || std::find(done.begin(), done.end(), entry) != done.end())
            return;
        done.push_back(entry);
        names.insert(content);
        entry["special"] = true;
        if (listed.contains(content))
            all.markSpecial(content);
        else
            all.add(parseAddedToken(entry));
    };
    const Json* size = member(files.config(), "vocab_size");
    const int64_t room = size && size->is_number_integer() ? size->get<int64_t>() : 0;
    // The reference adds its own even where the model has no room for them, and fails when a text holds one.
    eachNamed(files, defaults, addSpecial, [&](const std::string& content) {
        return vocabulary.idOf(content) >= 0 || all.has(content) || all.nextId() < room;
    });
    for (const Json& entry : others)
        addSpecial(entry);
    if (own.asFurther && !replacesOwn(files))
        for (AddedToken& token : own.tokens) {
            token.special = token.special || names.contains(token.content);
            if (!listed.contains(token.content))
                all.add(std::move(token));
        }
    for (const Json& entry : lists)
        addSpecial(entry);
    return all.take();
}

} // namespace fettle
