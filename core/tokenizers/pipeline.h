// SPDX-License-Identifier: GPL-3.0-or-later
// What the tokenizers of the project's own share: added tokens, normalization, vocabulary, special tokens around the
// text.
#pragma once

#include "core/tokenizers/added_tokens.h"
#include "core/tokenizers/piece_map.h"
#include "core/tokenizers/tokenizer.h"

namespace fettle
{

/// A part of a text after normalization.
struct NormalizedText {
    std::string_view text; ///< of `storage`, or the part itself where nothing was done to it
    std::string storage;
    std::vector<uint32_t> origins; ///< for each byte: the code point of the original text it came from; only if asked
};

/// Where tokens go. Offsets are wanted by encode() only.
struct TokenSink {
    std::vector<int32_t>& ids;
    std::vector<std::pair<int32_t, int32_t>>* offsets = nullptr;

    void add(int32_t id, uint32_t begin = 0, uint32_t end = 0)
    {
        ids.push_back(id);
        if (offsets)
            offsets->push_back({int32_t(begin), int32_t(end)});
    }
};

struct PipelineSettings {
    std::vector<AddedToken> added;
    std::vector<int32_t> prefix, suffix; ///< what addSpecialTokens puts around the text
    SpecialTokens special;
    std::vector<std::filesystem::path> files;
    std::vector<std::string> notices;
};

class PipelineTokenizer : public Tokenizer
{
public:
    Encoding encode(std::string_view text, bool addSpecialTokens) const override;
    std::vector<int32_t> encodeIds(std::string_view text, bool addSpecialTokens) const override;
    int32_t vocabularySize() const override { return m_vocabularySize; }
    std::string idToToken(int32_t id) const override;
    std::optional<int32_t> tokenToId(std::string_view token) const override;
    bool isSpecial(int32_t id) const override;
    const SpecialTokens& special() const override { return m_settings.special; }
    const std::vector<std::filesystem::path>& files() const override { return m_settings.files; }
    const std::vector<std::string>& notices() const override { return m_settings.notices; }

protected:
    /// `pieces`: the model's tokens by id, empty where an id has none; of equal tokens the last id counts.
    PipelineTokenizer(std::vector<std::string> pieces, PipelineSettings settings);
    /// To be called at the end of a constructor: it normalizes the added tokens.
    void finish();

    /// `part` starts at code point `firstCodePoint` of the original text.
    virtual void normalize(std::string_view part, uint32_t firstCodePoint, bool wantOrigins,
                           NormalizedText& out) const = 0;
    /// Cuts normalized text into tokens; `origins` as in NormalizedText for the bytes of `text`, or null. `startsText`:
    /// nothing of the whole text stands before it.
    virtual void encodePart(std::string_view text, const uint32_t* origins, bool startsText, TokenSink& sink) const = 0;
    /// A last look at a text's own tokens, before the special ones are put around them.
    virtual void adjustOffsets(std::string_view, Encoding&) const {}

    const AddedTokens& added() const { return m_added; }
    const std::vector<std::string>& pieces() const { return m_pieces; }
    const PieceMap& pieceIds() const { return m_pieceIds; }
    /// Whether the reference leaves the id out when it skips special tokens.
    bool isSkipped(int32_t id) const;

private:
    void run(std::string_view text, TokenSink& sink) const;

    std::vector<std::string> m_pieces;
    PieceMap m_pieceIds;
    PipelineSettings m_settings;
    AddedTokens m_added;
    int32_t m_vocabularySize = 0;
};

/// origins of text that was not changed.
void identityOrigins(std::string_view part, uint32_t firstCodePoint, std::vector<uint32_t>& origins);

} // namespace fettle
