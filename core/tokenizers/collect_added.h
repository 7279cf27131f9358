// SPDX-License-Identifier: GPL-3.0-or-later
// The added and special tokens of a model folder, from every file that declares them. Inside the room only (JSON).
#pragma once

#include "core/tokenizers/tokenizer_files.h"

namespace fettle
{

/// Where the tokens of a vocabulary are looked up.
struct VocabularyView {
    std::function<int32_t(const std::string&)> idOf; ///< -1: no such token
    int32_t size = 0;                                ///< how many tokens it has: ids of new ones count up from here
};

/// Tokens that the model itself holds as such.
struct OwnTokens {
    std::vector<AddedToken> tokens;
    /// As the reference takes those of a SentencePiece file: in place of the further special tokens that
    /// tokenizer_config.json may name, and with their own flags.
    bool asFurther = false;
};

/// tokenizer.json, added_tokens.json, tokenizer_config.json (added_tokens_decoder, bos_token and its like,
/// additional_special_tokens) and special_tokens_map.json; `defaults`: tokens that this kind of tokenizer has by
/// itself, where the vocabulary has them or config.json's vocab_size leaves room. What the vocabulary knows keeps its
/// id there; others count up in the order in which they are declared, as the reference does, whatever id a file gives
/// them.
std::vector<AddedToken> collectAddedTokens(const TokenizerFiles& files, const VocabularyView& vocabulary,
                                           const Json& defaults, OwnTokens own = {});

} // namespace fettle
