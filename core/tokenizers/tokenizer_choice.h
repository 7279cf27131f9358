// SPDX-License-Identifier: GPL-3.0-or-later
// Which files of a model folder speak for its tokenizer: the one place that decides it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fettle
{

class TokenizerFiles;

enum class TokenizerKind { None, ByteLevelBpe, WordPiece, CharacterBpe, Unigram, WordLevel, SentencePiece };

/// The classes of transformers that take vocabulary and merges out of the files and build the rest themselves: what
/// tokenizer.json says of normalizing and cutting is not heard by them. Every other class takes tokenizer.json whole.
enum class TokenizerClass {
    Whole,
    Gpt2,
    Roberta,
    Qwen2,
    GptNeoX,
    Deberta,
    Bert,
    Llama,
    Gemma,
    XlmRoberta,
    Camembert,
    Albert,
    DebertaV2,
    T5
};

struct TokenizerChoice {
    TokenizerKind kind = TokenizerKind::None;
    TokenizerClass builtAs = TokenizerClass::Whole;
    std::filesystem::path file; ///< that rules: tokenizer.json, vocab.json, vocab.txt, tokenizer.model, spm.model …
    std::vector<std::string> notices; ///< for people: files beside it that say otherwise and are not heard

    /// "byte-level BPE", "WordPiece", "BPE", "Unigram", "WordLevel", "SentencePiece"; empty for none.
    std::string name() const;
};

/// As AutoTokenizer of transformers 5: tokenizer.json wherever it is; then the SentencePiece file of a class that
/// builds Unigram models of it (sentencepiece_vocabulary.h); vocab.json with merges.txt; vocab.txt; tokenizer.model.
/// Throws BadInput (subject "model") for files that cannot be read; a folder without a tokenizer is of the kind None.
TokenizerChoice chooseTokenizer(const std::filesystem::path& folder);
/// The same over files that are read already.
TokenizerChoice chooseTokenizer(const TokenizerFiles& files);

} // namespace fettle
