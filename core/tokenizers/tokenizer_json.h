// SPDX-License-Identifier: GPL-3.0-or-later
// Reads tokenizer.json of Hugging Face tokenizers: what of it Fettle can do, and no silent guess about the rest.
#pragma once

#include "core/tokenizers/byte_level_bpe.h"
#include "core/tokenizers/character_bpe.h"
#include "core/tokenizers/tokenizer_choice.h"
#include "core/tokenizers/tokenizer_files.h"
#include "core/tokenizers/vocabulary_files.h"
#include "core/tokenizers/wordpiece.h"

#include <functional>
#include <nlohmann/json.hpp>

namespace fettle
{

/// From model.type where it is written, else from what the model holds (older files of gpt2 and bert have no type).
TokenizerKind jsonTokenizerKind(const Json& file);
/// For messages: "the tokenizer type WordLevel".
std::string describeJsonTokenizer(const Json& file);
/// "model", "normalizer" …; null where there is none.
const Json& section(const Json& file, const char* key);

/// Normalizer, pre-tokenizer, decoder and model settings. All throw BadInput "not supported yet" naming what is not
/// known.
TextNormalizer readNormalizer(const Json& file, const std::string& source);
PreTokenizer readPreTokenizer(const Json& file, const std::string& source);
TokenDecoder readDecoder(const Json& file, const std::string& source);
ByteLevelSettings readByteLevelSettings(const Json& file, const std::string& source);
CharacterBpeSettings readCharacterBpeSettings(const Json& file, const std::string& source);
WordPieceSettings readWordPieceSettings(const Json& file, const std::string& source);

/// What the post-processor puts around a text and does to offsets.
struct PostProcessing {
    std::vector<int32_t> prefix, suffix;
    bool trimOffsets = false, addPrefixSpace = false;
};
PostProcessing readPostProcessor(const Json& file, const std::string& source,
                                 const std::function<int32_t(const std::string&)>& idOf);

} // namespace fettle
