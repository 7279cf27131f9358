// SPDX-License-Identifier: GPL-3.0-or-later
// Reads tokenizer.json of Hugging Face tokenizers: what of it Fettle can do, and no silent guess about the rest.
#pragma once

#include "core/tokenizers/byte_level_bpe.h"
#include "core/tokenizers/wordpiece.h"

#include <functional>
#include <nlohmann/json.hpp>

namespace fettle
{

enum class JsonTokenizerKind { ByteLevelBpe, WordPiece, Other };

/// From model.type where it is written, else from what the model holds (older files of gpt2 and bert have no type).
JsonTokenizerKind jsonTokenizerKind(const nlohmann::json& file);
/// For messages: "Unigram", "BPE without byte level".
std::string describeJsonTokenizer(const nlohmann::json& file);

/// Tokens by id from {"token": id}. Throws BadInput for an id that is negative or absurd.
std::vector<std::string> readVocabulary(const nlohmann::json& vocabulary, const std::string& source);
/// "a b" or ["a", "b"].
MergeRules readJsonMerges(const nlohmann::json& merges, const std::string& source);
/// With ids as the reference gives them: what the vocabulary has keeps its id, others count up from `firstFree`.
std::vector<AddedToken> readAddedTokens(const nlohmann::json& file,
                                        const std::function<int32_t(const std::string&)>& idOf, int32_t firstFree);

/// Normalizer, pre-tokenizer and model settings. Throw BadInput "not supported yet" naming what is not known.
ByteLevelSettings readByteLevelSettings(const nlohmann::json& file, const std::string& source);
/// `stripAccents` stays empty where it follows `lowercase`.
WordPieceSettings readWordPieceSettings(const nlohmann::json& file, const std::string& source,
                                        std::optional<bool>& stripAccents);

/// What the post-processor puts around a text and does to offsets.
struct PostProcessing {
    std::vector<int32_t> prefix, suffix;
    bool trimOffsets = false, addPrefixSpace = false;
};
PostProcessing readPostProcessor(const nlohmann::json& file, const std::string& source,
                                 const std::function<int32_t(const std::string&)>& idOf);

} // namespace fettle
