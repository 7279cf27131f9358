// SPDX-License-Identifier: GPL-3.0-or-later
// The vocabulary that a class of transformers makes of a SentencePiece file. Inside the room only (JSON library).
#pragma once

#include "core/tokenizers/sentencepiece_model.h"
#include "core/tokenizers/tokenizer_choice.h"
#include "core/tokenizers/tokenizer_files.h"

namespace fettle
{

/// The name that the class gives to its SentencePiece file, "spm.model" and its like; null for a class that builds no
/// Unigram model of one.
const char* sentencePieceNameOf(TokenizerClass builtAs);

/// The file as tokenizer.json would hold it: "model" with the pieces in the class's order and the trainer's unk_id, and
/// as "normalizer" the file's own rules for characters. Throws BadInput (subject "model") for a file that is cut short
/// and for pieces that are none.
Json unigramFileOf(const SentencePieceModel& model, TokenizerClass builtAs, const TokenizerFiles& files,
                   const std::string& source);

} // namespace fettle
