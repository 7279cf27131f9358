// SPDX-License-Identifier: GPL-3.0-or-later
// Reads tokenizer.json of Hugging Face tokenizers: what of it Fettle can do, and no silent guess about the rest.
#pragma once

#include "core/tokenizers/byte_level_bpe.h"
#include "core/tokenizers/character_bpe.h"
#include "core/tokenizers/tokenizer_choice.h"
#include "core/tokenizers/tokenizer_files.h"
#include "core/tokenizers/unigram.h"
#include "core/tokenizers/vocabulary_files.h"
#include "core/tokenizers/wordpiece.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

namespace fettle
{

/// Qwen 2's words, letter for letter as its files write them.
inline constexpr std::string_view kSingleDigitsPattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// From model.type where it is written, else from what the model holds (older files of gpt2 and bert have no type).
TokenizerKind jsonTokenizerKind(const Json& file);
/// For messages: "the tokenizer type WordLevel".
std::string describeJsonTokenizer(const Json& file);
/// "model", "normalizer" …; null where there is none.
const Json& section(const Json& file, const char* key);

/// All throw BadInput "not supported yet" naming what is not known.
TextNormalizer readNormalizer(const Json& file, const std::string& source);
PreTokenizer readPreTokenizer(const Json& file, const std::string& source);
TokenDecoder readDecoder(const Json& file, const std::string& source);
CharacterBpeSettings readBpeSettings(const Json& file, const std::string& source);
/// unk_id and byte_fallback; readScores() gives the rest.
UnigramSettings readUnigramSettings(const Json& file);
/// Pieces and scores of a Unigram model's vocabulary.
std::vector<double> readScores(const Json& file, const std::string& source, std::vector<std::string>& pieces);
WordPieceSettings readWordPieceSettings(const Json& file);
/// The model's unk_token, `fallback` where it is absent or null.
std::string readUnknownToken(const Json& file, const std::string& fallback);

/// The post-processor: what it puts around a text, and what it does to offsets.
void readPostProcessor(const Json& file, const std::string& source,
                       const std::function<int32_t(const std::string&)>& idOf, PipelineSettings& settings);

/// Nothing where byte-level BPE has to be done character by character: no ByteLevel at the end of the pre-tokenizer, or
/// settings of the model that speak of characters. Else what is left of the pre-tokenizer goes into `rest`.
std::optional<ByteLevelSettings> readAsBytes(const PreTokenizer& preTokenizer, const CharacterBpeSettings& bpe,
                                             PreTokenizer& rest);

} // namespace fettle
