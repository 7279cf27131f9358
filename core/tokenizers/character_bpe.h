// SPDX-License-Identifier: GPL-3.0-or-later
// BPE over characters: SentencePiece's kind (LLaMA: "▁" for spaces, bytes for what the vocabulary lacks) and the plain
// kind over words.
// Source: Sennrich, Haddow, Birch 2016, "Neural Machine Translation of Rare Words with Subword Units"; as Hugging Face
// tokenizers' BPE without ByteLevel.
#pragma once

#include "core/tokenizers/bpe_merges.h"
#include "core/tokenizers/merge_rules.h"
#include "core/tokenizers/pipeline.h"
#include "core/tokenizers/word_cache.h"

#include <array>
#include <unordered_set>

namespace fettle
{

struct CharacterBpeSettings {
    std::string unknownToken = {};     ///< empty: characters that the vocabulary lacks are left out
    bool fuseUnknown = false;          ///< neighbouring unknown characters are one token
    bool byteFallback = false;         ///< "<0x0A>" for the bytes of an unknown character, where all of them are tokens
    bool ignoreMerges = false;         ///< a word that is a token is taken whole
    std::string continuingPrefix = {}; ///< of every character but a word's first
    std::string wordSuffix = {};       ///< of a word's last character
    std::string kind = "BPE";
};

class CharacterBpe : public PipelineTokenizer
{
public:
    /// Throws BadInput (subject "model") for a merge that names a token which is not in the vocabulary; encoding throws
    /// it where an unknown token is needed that is none.
    CharacterBpe(std::vector<std::string> pieces, const MergeRules& merges, CharacterBpeSettings bpe,
                 PipelineSettings settings);

    std::string kind() const override { return m_bpe.kind; }

    // For those who write it down in another form.
    const CharacterBpeSettings& bpe() const { return m_bpe; }
    const BpeMerges& merges() const { return m_merges; }

protected:
    void encodeWords(const Words& words, TokenSink& sink) const override;

private:
    struct Scratch {
        std::vector<BpeSymbol> symbols;
        std::vector<int32_t> ids;
    };
    void encodeWord(std::string_view word, const uint32_t* origins, WordCache& cache, Scratch& scratch,
                    TokenSink& sink) const;
    void encodeSegment(std::string_view segment, const uint32_t* origins, bool first, bool last, WordCache& cache,
                       Scratch& scratch, TokenSink& sink) const;
    void spell(std::string_view segment, bool first, bool last, std::vector<BpeSymbol>& symbols) const;
    bool mayCut(std::string_view before, std::string_view after) const;

    CharacterBpeSettings m_bpe;
    BpeMerges m_merges;
    std::array<int32_t, 256> m_byteIds{};
    int32_t m_unknown = -1;
    bool m_cutsUnknown = false;                ///< unknown characters are bytes that never merge
    bool m_dropsUnknown = false;               ///< unknown characters may be left out
    std::unordered_set<uint64_t> m_neighbours; ///< the characters on both sides of a merge's seam
    mutable WordCachePool m_caches;
};

} // namespace fettle
