// SPDX-License-Identifier: GPL-3.0-or-later
// WordPiece: BERT's tokenizer. The longest piece that fits, again and again ("un", "##able").
// Source: Devlin et al. 2018, "BERT"; details as Hugging Face tokenizers.
#pragma once

#include "core/tokenizers/pipeline.h"

namespace fettle
{

struct WordPieceSettings {
    std::string unknownToken = "[UNK]";
    std::string continuing = "##"; ///< prefix of pieces that go on a word
    size_t longestWord = 100;      ///< code points; longer words are unknown
};

class WordPiece : public PipelineTokenizer
{
public:
    /// Throws BadInput (subject "model") where the vocabulary lacks the unknown token.
    WordPiece(std::vector<std::string> pieces, WordPieceSettings wordPiece, PipelineSettings settings);

    std::string kind() const override { return "WordPiece"; }

protected:
    void encodeWords(const Words& words, TokenSink& sink) const override;

private:
    void encodeWord(std::string_view word, const uint32_t* origins, TokenSink& sink) const;

    WordPieceSettings m_wordPiece;
    PieceMap m_continuing; ///< pieces without their prefix
    int32_t m_unknown = -1;
    size_t m_longestPiece = 0; ///< bytes
};

} // namespace fettle
