// SPDX-License-Identifier: GPL-3.0-or-later
// Byte-level BPE: GPT-2's tokenizer and its descendants (RoBERTa, Llama 3, Qwen).
// Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners"; offsets as Hugging Face
// tokenizers.
#pragma once

#include "core/tokenizers/bpe_merges.h"
#include "core/tokenizers/merge_rules.h"
#include "core/tokenizers/pre_tokenizer.h"
#include "core/tokenizers/text_normalizer.h"
#include "core/tokenizers/word_cache.h"

#include <array>

namespace fettle
{

struct ByteLevelSettings {
    TextNormalizer normalizer = {};
    PreTokenizer before = {}; ///< cuts made before the text is seen as bytes
    SplitPattern split = SplitPattern::Gpt2;
    bool addPrefixSpace = false;  ///< a space before each part that starts with none
    bool trimOffsets = false;     ///< offsets leave out the spaces of a token
    bool trimPrefixSpace = false; ///< but not the one that was added (post_processor's add_prefix_space)
    bool ignoreMerges = false;    ///< a word that is a token is taken whole
    bool fuseUnknown = false;
    std::string unknownToken; ///< for bytes that the vocabulary lacks; empty: they are left out
};

class ByteLevelBpe : public PipelineTokenizer
{
public:
    /// Throws BadInput (subject "model") for a merge that names a token which is not in the vocabulary.
    ByteLevelBpe(std::vector<std::string> pieces, const MergeRules& merges, ByteLevelSettings byteLevel,
                 PipelineSettings settings);

    std::string decode(std::span<const int32_t> ids, bool skipSpecialTokens) const override;
    std::string pieceBytes(int32_t id) const override;
    std::string kind() const override { return "byte-level BPE"; }

protected:
    void normalize(std::string_view part, uint32_t firstCodePoint, bool wantOrigins,
                   NormalizedText& out) const override;
    void encodePart(std::string_view text, const uint32_t* origins, bool startsText, TokenSink& sink) const override;
    void adjustOffsets(std::string_view text, Encoding& encoding) const override;

private:
    void encodePiece(std::string_view text, const uint32_t* origins, WordCache& cache, TokenSink& sink) const;
    bool isByte(int32_t id) const;
    void cutWord(std::string_view word, std::vector<BpeSymbol>& symbols) const;

    ByteLevelSettings m_byteLevel;
    BpeMerges m_merges;
    std::array<int32_t, 256> m_byteIds{};
    int32_t m_unknown = -1;
    PieceMap m_wholeWords; ///< bytes to id, for ignoreMerges
    mutable WordCachePool m_caches;
};

} // namespace fettle
