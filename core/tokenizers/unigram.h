// SPDX-License-Identifier: GPL-3.0-or-later
// Unigram: the cut of a word whose pieces are likeliest together (T5, XLM-R, ALBERT, DeBERTa-v3).
// Source: Kudo 2018, "Subword Regularization"; scores and ties as Hugging Face tokenizers.
#pragma once

#include "core/tokenizers/piece_trie.h"
#include "core/tokenizers/pipeline.h"
#include "core/tokenizers/word_cache.h"

#include <array>
#include <optional>

namespace fettle
{

struct UnigramSettings {
    std::vector<double> scores; ///< by id, logarithms
    std::optional<int32_t> unknown;
    bool byteFallback = false; ///< "<0x0A>" for the bytes of an unknown run, where all of them are tokens
};

class Unigram : public PipelineTokenizer
{
public:
    /// `pieces` and scores are as many. Throws BadInput (subject "model") where the unknown token is none of them.
    Unigram(std::vector<std::string> pieces, UnigramSettings unigram, PipelineSettings settings);

    std::string kind() const override { return "Unigram"; }

protected:
    void encodeWords(const Words& words, TokenSink& sink) const override;

private:
    struct Step {
        double score = 0; ///< of the best way to here
        int32_t from = -1, id = -1;
    };
    struct Piece {
        size_t begin, end;
        int32_t id;
    };
    void encodeWord(std::string_view word, const uint32_t* origins, std::vector<Step>& steps, std::vector<Piece>& found,
                    TokenSink& sink) const;
    void findBest(std::string_view word, std::vector<Step>& steps) const;
    [[noreturn]] void throwUnknown(std::string_view word, size_t at) const;

    UnigramSettings m_unigram;
    PieceTrie m_trie;
    double m_unknownScore = 0;
    std::array<int32_t, 256> m_byteIds{};
    bool m_hasBytes = false; ///< byteFallback, and there is a token of a byte
    mutable WordCachePool m_caches;
};

} // namespace fettle
