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
        normalize(content, 0, false, normal);
        return std::string(normal.text);
    });
    m_settings.added = m_added.all();
    m_vocabularySize = int32_t(m_pieces.size());
    for (const AddedToken& token : m_added.all())
        m_vocabularySize = std::max(m_vocabularySize, token.id + 1);
}

void PipelineTokenizer::run(std::string_view text, TokenSink& sink) const
{
    const bool wantOffsets = sink.offsets != nullptr;
    std::vector<TextPart> raw, inner;
    NormalizedText normal;
    m_added.split(text, false, raw);
    uint32_t codePoint = 0;
    for (const TextPart& part : raw) {
        const std::string_view piece = text.substr(part.begin, part.end - part.begin);
        const uint32_t next = wantOffsets ? codePoint + uint32_t(countCodePoints(piece)) : 0;
        if (part.id >= 0) {
            sink.add(part.id, codePoint, next);
        } else {
            normalize(piece, codePoint, wantOffsets, normal);
            m_added.split(normal.text, true, inner);
            for (const TextPart& sub : inner) {
                const uint32_t* origins = wantOffsets ? normal.origins.data() + sub.begin : nullptr;
                const size_t length = sub.end - sub.begin;
                if (sub.id < 0)
                    encodePart(normal.text.substr(sub.begin, length), origins, part.begin + sub.begin == 0, sink);
                else if (origins)
                    sink.add(sub.id, origins[0], origins[length - 1] + 1);
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
    TokenSink sink{encoding.ids, &encoding.offsets};
    run(text, sink);
    adjustOffsets(text, encoding);
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
    return token && token->special;
}

bool PipelineTokenizer::isSpecial(int32_t id) const
{
    const SpecialTokens& s = m_settings.special;
    return isSkipped(id) || id == s.bos || id == s.eos || id == s.unk || id == s.sep || id == s.pad || id == s.cls ||
           id == s.mask;
}

void identityOrigins(std::string_view part, uint32_t firstCodePoint, std::vector<uint32_t>& origins)
{
    origins.resize(part.size());
    uint32_t codePoint = firstCodePoint - 1;
    for (size_t i = 0; i < part.size(); ++i)
        origins[i] = codePoint += unicode::startsCharacter(part[i]);
}

} // namespace fettle
