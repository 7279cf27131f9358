// SPDX-License-Identifier: GPL-3.0-or-later
// The tokenizer classes of transformers 5 that take vocabulary and merges out of the files and build the rest
// themselves. Inside the room only (JSON library).
#pragma once

#include "core/tokenizers/tokenizer_choice.h"
#include "core/tokenizers/tokenizer_files.h"

namespace fettle
{

/// The class that AutoTokenizer takes: of what the folder declares, and what the model's type is known for.
TokenizerClass classOf(const TokenizerFiles& files, TokenizerKind jsonKind);
/// What kind of model the class builds; None for Whole.
TokenizerKind kindBuiltBy(TokenizerClass builtAs);
/// The special tokens where the files say nothing: names, or the flags of one that is declared by its name alone too.
const Json& defaultTokensOf(TokenizerClass builtAs, TokenizerKind kind);

/// What the class builds over `vocabularyFile` (tokenizer.json, or what unigramFileOf makes instead; null for older
/// files), written as tokenizer.json would say it: "normalizer", "pre_tokenizer", "decoder", "model" (without
/// vocabulary), and "post_processor" where the file's own is not heard. Not for Whole.
Json partsBuiltBy(TokenizerClass builtAs, const TokenizerFiles& files, const Json& vocabularyFile);

} // namespace fettle
