// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/pipeline.h"

#include "core/base/text.h"
#include "core/tokenizers/unicode.h"

#include <algorithm>

namespace fettle
{

PipelineTokenizer::PipelineTokenizer(std::vector<std::string> pieces, PipelineSettings settings)
    : m_pieces(std::move(pieces)), m_pieceIds(m_pieces.size()), m_settings(std::move(settings))
{
    for (size_t id = 0; id < m_pieces.size(); ++id)
        if (!m_pieces[id].empty())
            m_pieceIds.insert(m_pieces[id], int32_t(id));
}

void PipelineTokenizer::finish()
{
    m_added = AddedTokens(std::move(m_settings.added), [this](const std::string& content) {
        NormalizedText normal;
        m_settings.normalizer.apply(content, 0, false, normal);
        return std::string(normal.text);
    });
    m_cutsByOrigins = m_settings.preTokenizer.asksForStart() &&
                      (m_settings.normalizer.mayDropStart() || m_settings.preTokenizer.steps().size() > 1);
    m_vocabularySize = int32_t(m_pieces.size());
    for (const AddedToken& token : m_added.all())
        m_vocabularySize = std::max(m_vocabularySize, token.id + 1);
}

void PipelineTokenizer::run(std::string_view whole, TokenSink& sink) const
{
    const bool wantOrigins = sink.offsets != nullptr || m_cutsByOrigins;
    std::vector<TextPart> raw, inner;
    NormalizedText normal;
    m_added.split(whole, false, raw);
    uint32_t codePoint = 0;
    size_t done = 0;
    for (const TextPart& part : raw) {
        if (wantOrigins && part.begin != done) // a token in what the one before has swallowed
            codePoint = uint32_t(countCodePoints(whole.substr(0, part.begin)));
        done = part.end;
        const std::string_view piece = whole.substr(part.begin, part.end - part.begin);
        const uint32_t next = wantOrigins ? codePoint + uint32_t(countCodePoints(piece)) : 0;
        if (part.id >= 0) {
            sink.addText(part.id, piece, codePoint, next);
        } else {
            m_settings.normalizer.apply(piece, codePoint, wantOrigins, normal);
            m_added.split(normal.text, true, inner);
            for (const TextPart& sub : inner) {
                const uint32_t* origins = wantOrigins ? normal.origins.data() + sub.begin : nullptr;
                const size_t length = sub.end - sub.begin;
                const std::string_view text = normal.text.substr(sub.begin, length);
                if (sub.id < 0)
                    encodePart(text, origins, part.begin + sub.begin == 0, sink);
                else if (origins)
                    sink.addText(sub.id, text, origins[0], origins[length - 1] + 1);
                else
                    sink.add(sub.id);
            }
        }
        codePoint = next;
    }
}

Encoding PipelineTokenizer::encode(std::string_view text, bool addSpecialTokens) const
{
    Encoding encoding;
    std::vector<TokenSpaces> spaces;
    TokenSink sink{encoding.ids, &encoding.offsets, m_settings.trims.empty() ? nullptr : &spaces};
    run(text, sink);
    trimOffsets(spaces, encoding);
    if (addSpecialTokens) {
        const std::vector<int32_t>&prefix = m_settings.prefix, &suffix = m_settings.suffix;
        encoding.ids.insert(encoding.ids.begin(), prefix.begin(), prefix.end());
        encoding.offsets.insert(encoding.offsets.begin(), prefix.size(), {0, 0});
        encoding.ids.insert(encoding.ids.end(), suffix.begin(), suffix.end());
        encoding.offsets.insert(encoding.offsets.end(), suffix.size(), {0, 0});
    }
    return encoding;
}

std::vector<int32_t> PipelineTokenizer::encodeIds(std::string_view text, bool addSpecialTokens) const
{
    std::vector<int32_t> ids;
    ids.reserve(text.size() / 3 + 8);
    if (addSpecialTokens)
        ids = m_settings.prefix;
    TokenSink sink{ids};
    run(text, sink);
    if (addSpecialTokens)
        ids.insert(ids.end(), m_settings.suffix.begin(), m_settings.suffix.end());
    return ids;
}

std::string PipelineTokenizer::idToToken(int32_t id) const
{
    if (const AddedToken* token = m_added.byId(id))
        return token->content;
    return id >= 0 && size_t(id) < m_pieces.size() ? m_pieces[size_t(id)] : std::string();
}

std::optional<int32_t> PipelineTokenizer::tokenToId(std::string_view token) const
{
    if (const AddedToken* known = m_added.byContent(token))
        return known->id;
    const int32_t id = m_pieceIds.at(token);
    return id < 0 ? std::nullopt : std::optional(id);
}

bool PipelineTokenizer::isSkipped(int32_t id) const
{
    const AddedToken* token = m_added.byId(id);
    if (!token && id >= 0 && size_t(id) < m_pieces.size()) // two ids of one text are both special
        token = m_added.byContent(m_pieces[size_t(id)]);
    return token && token->special;
}

bool PipelineTokenizer::isSpecial(int32_t id) const
{
    const SpecialTokens& s = m_settings.special;
    return isSkipped(id) || id == s.bos || id == s.eos || id == s.unk || id == s.sep || id == s.pad || id == s.cls ||
           id == s.mask;
}

void PipelineTokenizer::encodePart(std::string_view text, const uint32_t* origins, bool startsText,
                                   TokenSink& sink) const
{
    Words words;
    m_settings.preTokenizer.apply(text, origins, startsText, words);
    encodeWords(words, sink);
}

TokenSpaces TokenSink::spacesOf(std::string_view token)
{
    const auto isTrimmed = [](char32_t c) { return c == 0x120 || (unicode::classes()[c] & unicode::Space); };
    const std::u32string text = decodeUtf8(token);
    return {int32_t(std::find_if_not(text.begin(), text.end(), isTrimmed) - text.begin()),
            int32_t(std::find_if_not(text.rbegin(), text.rend(), isTrimmed) - text.rbegin())};
}

void PipelineTokenizer::trimOffsets(const std::vector<TokenSpaces>& spaces, Encoding& encoding) const
{
    for (size_t i = 0; i < spaces.size(); ++i) {
        auto& [begin, end] = encoding.offsets[i];
        const auto [leading, trailing] =
            spaces[i].leading >= 0 ? spaces[i] : TokenSink::spacesOf(m_pieces[size_t(encoding.ids[i])]);
        for (const bool keepsAdded : m_settings.trims) {
            const bool keepsFirst = (i == 0 || begin == 0) && keepsAdded && leading == 1;
            if (!keepsFirst)
                begin = std::min(begin + leading, end);
            if (trailing > 0 && end >= trailing)
                end = std::max(end - trailing, begin);
        }
    }
}

std::string PipelineTokenizer::decode(std::span<const int32_t> ids, bool skipSpecialTokens) const
{
    std::vector<std::string> tokens;
    tokens.reserve(ids.size());
    for (const int32_t id : ids)
        if (!(skipSpecialTokens && isSkipped(id)))
            if (std::string token = idToToken(id); !token.empty())
                tokens.push_back(std::move(token));
    return m_settings.decoder.decode(std::move(tokens));
}

std::string PipelineTokenizer::pieceBytes(int32_t id) const
{
    return m_settings.decoder.readable(idToToken(id));
}

} // namespace fettle
