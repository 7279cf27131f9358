// SPDX-License-Identifier: GPL-3.0-or-later
// SentencePiece models (tokenizer.model) through Google's library, with added tokens and BOS/EOS as LlamaTokenizer.
#pragma once

#include "core/tokenizers/added_tokens.h"
#include "core/tokenizers/sentencepiece_model.h"
#include "core/tokenizers/tokenizer.h"

#include <memory>

namespace sentencepiece
{
class SentencePieceProcessor;
}

namespace fettle
{

struct SentencePieceSettings {
    std::vector<AddedToken> added; ///< those looked for in the text, the model's own control pieces among them
    SpecialTokens special;         ///< what it leaves empty is the model's own
    bool addBos = true, addEos = false;
    bool spaceAfterAdded = true; ///< "legacy": text behind an added token starts with a space of its own
    std::vector<std::filesystem::path> files;
};

class SentencePieceTokenizer : public Tokenizer
{
public:
    /// `bytes` of the file `source`, and what `model` says of them. Throws BadInput (subject "model") where they are no
    /// SentencePiece model.
    SentencePieceTokenizer(const std::string& bytes, const std::string& source, const SentencePieceModel& model,
                           SentencePieceSettings settings);
    ~SentencePieceTokenizer() override;

    Encoding encode(std::string_view text, bool addSpecialTokens) const override;
    std::vector<int32_t> encodeIds(std::string_view text, bool addSpecialTokens) const override;
    /// As SentencePiece: an unknown token reads " ⁇ ", kept or not; control tokens are written where they are kept.
    std::string decode(std::span<const int32_t> ids, bool skipSpecialTokens) const override;
    int32_t vocabularySize() const override { return m_vocabularySize; }
    std::string idToToken(int32_t id) const override;
    std::string pieceBytes(int32_t id) const override;
    std::optional<int32_t> tokenToId(std::string_view token) const override;
    bool isSpecial(int32_t id) const override;
    const SpecialTokens& special() const override { return m_special; }
    std::string kind() const override { return "SentencePiece"; }
    const std::vector<std::filesystem::path>& files() const override { return m_settings.files; }

private:
    bool hasPiece(int32_t id) const { return id >= 0 && id < m_modelSize; }
    const sentencepiece::SentencePieceProcessor& processorFor(size_t begin) const;
    /// Ids of a text between added tokens; a long one is cut between words, where no piece can lie.
    void encodePart(std::string_view text, const sentencepiece::SentencePieceProcessor& processor,
                    std::vector<int32_t>& ids) const;
    size_t cutAfter(std::string_view text, size_t from) const;
    void appendRun(const std::vector<int>& run, std::string& text) const;

    std::unique_ptr<sentencepiece::SentencePieceProcessor> m_processor;
    std::unique_ptr<sentencepiece::SentencePieceProcessor> m_withoutPrefix; ///< null where spaceAfterAdded
    SentencePieceSettings m_settings;
    AddedTokens m_added;
    SpecialTokens m_special;
    bool m_cutsAtSpaces = false;    ///< no piece goes on behind a space
    bool m_addsPrefix = true;       ///< the model puts a space before a text
    bool m_dropsFirstSpace = false; ///< decoding leaves out the space that encoding put before the text
    int32_t m_modelSize = 0, m_vocabularySize = 0;
};

} // namespace fettle
