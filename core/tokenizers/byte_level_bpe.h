// SPDX-License-Identifier: GPL-3.0-or-later
// Byte-level BPE: GPT-2's tokenizer and its descendants (RoBERTa, Llama 3, Qwen).
// Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners"; offsets as Hugging Face
// tokenizers.
#pragma once

#include "core/tokenizers/bpe_merges.h"
#include "core/tokenizers/merge_rules.h"
#include "core/tokenizers/pipeline.h"
#include "core/tokenizers/word_cache.h"

#include <array>

namespace fettle
{

struct ByteLevelSettings {
    SplitPattern split = SplitPattern::Gpt2; ///< of what the pre-tokenizer has cut, if there is one
    bool addPrefixSpace = false;             ///< a space before each part that starts with none
    bool ignoreMerges = false;               ///< a word that is a token is taken whole
};

class ByteLevelBpe : public PipelineTokenizer
{
public:
    /// Throws BadInput (subject "model") for a merge that names a token which is not in the vocabulary. All bytes have
    /// to be in it (hasAllBytes).
    ByteLevelBpe(std::vector<std::string> pieces, const MergeRules& merges, ByteLevelSettings byteLevel,
                 PipelineSettings settings);

    std::string kind() const override { return "byte-level BPE"; }

    // For those who write it down in another form.
    const ByteLevelSettings& byteLevel() const { return m_byteLevel; }
    const BpeMerges& merges() const { return m_merges; }

protected:
    void encodePart(std::string_view text, const uint32_t* origins, bool startsText, TokenSink& sink) const override;
    void encodeWords(const Words& words, TokenSink& sink) const override;

private:
    void encodePiece(std::string_view text, const uint32_t* origins, WordCache& cache, TokenSink& sink) const;
    void cutWord(std::string_view word, std::vector<BpeSymbol>& symbols) const;

    ByteLevelSettings m_byteLevel;
    BpeMerges m_merges;
    std::array<int32_t, 256> m_byteIds{};
    PieceMap m_wholeWords; ///< bytes to id, for ignoreMerges
    mutable WordCachePool m_caches;
};

/// Whether each of the 256 bytes is a token.
bool hasAllBytes(const std::vector<std::string>& pieces);

} // namespace fettle
