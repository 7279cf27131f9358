// SPDX-License-Identifier: GPL-3.0-or-later
// What the tokenizers of the project's own share: added tokens, normalization, vocabulary, special tokens around the
// text.
#pragma once

#include "core/tokenizers/added_tokens.h"
#include "core/tokenizers/piece_map.h"
#include "core/tokenizers/pre_tokenizer.h"
#include "core/tokenizers/text_normalizer.h"
#include "core/tokenizers/token_decoder.h"
#include "core/tokenizers/tokenizer.h"

namespace fettle
{

/// White space at both ends of a token, in characters.
struct TokenSpaces {
    int32_t leading = -1, trailing = -1; ///< -1: as many as the token has in the vocabulary
};

/// Where tokens go. Offsets are wanted by encode() only.
struct TokenSink {
    std::vector<int32_t>& ids;
    std::vector<std::pair<int32_t, int32_t>>* offsets = nullptr;
    std::vector<TokenSpaces>* spaces = nullptr; ///< where offsets are to be trimmed

    void add(int32_t id, uint32_t begin = 0, uint32_t end = 0)
    {
        ids.push_back(id);
        if (offsets)
            offsets->push_back({int32_t(begin), int32_t(end)});
        if (spaces)
            spaces->emplace_back();
    }
    /// A token that is not its word of the vocabulary, but a text: an added one, or an unknown one of Unigram.
    void addText(int32_t id, std::string_view text, uint32_t begin = 0, uint32_t end = 0)
    {
        add(id, begin, end);
        if (spaces)
            spaces->back() = spacesOf(text);
    }
    static TokenSpaces spacesOf(std::string_view token);
};

struct PipelineSettings {
    TextNormalizer normalizer;
    PreTokenizer preTokenizer;
    TokenDecoder decoder;
    std::vector<AddedToken> added;
    std::vector<int32_t> prefix, suffix; ///< what addSpecialTokens puts around the text
    /// Offsets leave out the spaces of a token, once for each entry; true: but not the one that was added before it.
    std::vector<bool> trims;
    SpecialTokens special;
    std::vector<std::filesystem::path> files;
    std::vector<std::string> notices;
};

class PipelineTokenizer : public Tokenizer
{
public:
    Encoding encode(std::string_view text, bool addSpecialTokens) const override;
    std::vector<int32_t> encodeIds(std::string_view text, bool addSpecialTokens) const override;
    std::string decode(std::span<const int32_t> ids, bool skipSpecialTokens) const override;
    std::string pieceBytes(int32_t id) const override;
    int32_t vocabularySize() const override { return m_vocabularySize; }
    std::string idToToken(int32_t id) const override;
    std::optional<int32_t> tokenToId(std::string_view token) const override;
    bool isSpecial(int32_t id) const override;
    const SpecialTokens& special() const override { return m_settings.special; }
    const std::vector<std::filesystem::path>& files() const override { return m_settings.files; }
    const std::vector<std::string>& notices() const override { return m_settings.notices; }
    /// For those who write it down in another form.
    const PipelineSettings& settings() const { return m_settings; }

protected:
    /// `pieces`: the model's tokens by id, empty where an id has none; of equal tokens the last id counts.
    PipelineTokenizer(std::vector<std::string> pieces, PipelineSettings settings);
    /// To be called at the end of a constructor: it normalizes the added tokens.
    void finish();

    /// Cuts normalized text into tokens; `origins` as in NormalizedText for the bytes of `text`, or null. `startsText`:
    /// nothing of the whole text stands before it. The default lets the pre-tokenizer cut it into words.
    virtual void encodePart(std::string_view text, const uint32_t* origins, bool startsText, TokenSink& sink) const;
    /// Tokens of words; their origins are there where the sink wants offsets.
    virtual void encodeWords(const Words& words, TokenSink& sink) const = 0;

    const AddedTokens& added() const { return m_added; }
    const std::vector<std::string>& pieces() const { return m_pieces; }
    const PieceMap& pieceIds() const { return m_pieceIds; }
    const TokenDecoder& decoder() const { return m_settings.decoder; }
    const PreTokenizer& preTokenizer() const { return m_settings.preTokenizer; }

private:
    void run(std::string_view text, TokenSink& sink) const;
    void trimOffsets(const std::vector<TokenSpaces>& spaces, Encoding& encoding) const;
    /// Whether the reference leaves the id out when it skips special tokens.
    bool isSkipped(int32_t id) const;

    std::vector<std::string> m_pieces;
    PieceMap m_pieceIds;
    PipelineSettings m_settings;
    AddedTokens m_added;
    int32_t m_vocabularySize = 0;
    bool m_cutsByOrigins = false; ///< where words begin in the original text changes the ids
};

} // namespace fettle
