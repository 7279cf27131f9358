// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/tokenizer_choice.h"

#include "core/base/error.h"
#include "core/tokenizers/sentencepiece_vocabulary.h"
#include "core/tokenizers/tokenizer_json.h"
#include "core/tokenizers/transformers_classes.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

/// Whether the model in the file can be what the class makes of it.
bool fits(TokenizerClass builtAs, const Json& file)
{
    const TokenizerKind built = kindBuiltBy(builtAs), there = jsonTokenizerKind(file);
    return built == TokenizerKind::ByteLevelBpe || built == TokenizerKind::CharacterBpe
               ? member(section(file, "model"), "merges") != nullptr
               : built == there;
}

bool holdsSameTokens(const Json& ours, const Json& theirs)
{
    if (!ours.is_object() || !theirs.is_object())
        return false;
    for (const auto& [token, id] : theirs.items()) {
        const auto found = ours.find(token);
        if (found == ours.end() || *found != id)
            return false;
    }
    return ours.size() >= theirs.size();
}

/// Vocabularies beside tokenizer.json that say something else.
void compareBeside(const TokenizerFiles& files, std::vector<std::string>& notices)
{
    const auto notice = [&](const char* name) {
        notices.push_back(
            fmt::format("{} says otherwise than tokenizer.json, which counts: {} is not used.", name, name));
    };
    const Json& model = section(files.tokenizerJson(), "model");
    Json vocabulary = section(model, "vocab");
    if (const Json* added = member(files.tokenizerJson(), "added_tokens"); added && vocabulary.is_object())
        for (const Json& entry : *added)
            if (const Json* id = member(entry, "id"); id && !vocabulary.contains(contentOf(entry)))
                vocabulary[contentOf(entry)] = *id;
    if (files.has("vocab.json") && !holdsSameTokens(vocabulary, readModelJson(files.path("vocab.json"))))
        notice("vocab.json");
    if (files.has("merges.txt") && files.has("vocab.json")) {
        const Json& merges = section(model, "merges");
        const auto ours = merges.is_array() ? readJsonMerges(merges, "").rules : std::vector<MergeRules::Rule>();
        const auto theirs = readMergesFile(files.path("merges.txt")).rules;
        const auto same = [](const auto& a, const auto& b) { return a.left == b.left && a.right == b.right; };
        if (!std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(), same))
            notice("merges.txt");
    }
    if (files.has("vocab.txt")) {
        Json listed = Json::object();
        const auto words = readVocabularyLines(files.path("vocab.txt"));
        for (size_t i = 0; i < words.size(); ++i)
            listed[words[i]] = i;
        if (!holdsSameTokens(vocabulary, listed))
            notice("vocab.txt");
    }
}

} // namespace

std::string TokenizerChoice::name() const
{
    switch (kind) {
    case TokenizerKind::ByteLevelBpe:
        return "byte-level BPE";
    case TokenizerKind::WordPiece:
        return "WordPiece";
    case TokenizerKind::CharacterBpe:
        return "BPE";
    case TokenizerKind::Unigram:
        return "Unigram";
    case TokenizerKind::WordLevel:
        return "WordLevel";
    case TokenizerKind::SentencePiece:
        return "SentencePiece";
    case TokenizerKind::None:
        break;
    }
    return {};
}

TokenizerChoice chooseTokenizer(const TokenizerFiles& files)
{
    TokenizerChoice choice;
    const bool bpeFiles = files.has("vocab.json") && files.has("merges.txt");
    if (!files.has("tokenizer.json")) {
        choice.builtAs = classOf(files, TokenizerKind::None);
        // These classes look for no other vocabulary than SentencePiece's, and tokenizer.model is one by any class.
        if (const char* name = sentencePieceNameOf(choice.builtAs))
            for (const char* each : {"tokenizer.model", name})
                if (files.has(each)) {
                    choice.kind = kindBuiltBy(choice.builtAs);
                    choice.file = files.path(each);
                    return choice;
                }
        choice.kind = bpeFiles                       ? TokenizerKind::ByteLevelBpe
                      : files.has("vocab.txt")       ? TokenizerKind::WordPiece
                      : files.has("tokenizer.model") ? TokenizerKind::SentencePiece
                                                     : TokenizerKind::None;
        choice.file = files.path(bpeFiles                       ? "vocab.json"
                                 : files.has("vocab.txt")       ? "vocab.txt"
                                 : files.has("tokenizer.model") ? "tokenizer.model"
                                                                : "");
        return choice;
    }
    const Json& file = files.tokenizerJson();
    choice.kind = jsonTokenizerKind(file);
    choice.file = files.path("tokenizer.json");
    choice.builtAs = classOf(files, choice.kind);
    if (choice.builtAs != TokenizerClass::Whole) {
        if (fits(choice.builtAs, file))
            choice.kind = kindBuiltBy(choice.builtAs);
        else
            choice.builtAs = TokenizerClass::Whole;
    }
    try {
        compareBeside(files, choice.notices);
    } catch (const std::exception&) { // what is not used need not be whole
        choice.notices.push_back("The older vocabulary files beside tokenizer.json cannot be read; they are not used.");
    }
    return choice;
}

TokenizerChoice chooseTokenizer(const std::filesystem::path& folder)
{
    try {
        return chooseTokenizer(TokenizerFiles(folder));
    } catch (const Json::exception&) {
        throw badInput(fmt::format("the tokenizer files in {} are not as they should be", folder.string()),
                       "Fetch them anew.", "model");
    }
}

} // namespace fettle
