// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/sentencepiece_tokenizer.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <sentencepiece_processor.h>

namespace fettle
{

namespace
{

constexpr std::string_view kPieceSpace = "\xE2\x96\x81"; // ▁

/// normalizer_spec { add_dummy_prefix: false }, which protobuf merges into the model it is appended to.
constexpr std::string_view kNoDummyPrefix("\x1A\x02\x18\x00", 4);

std::unique_ptr<sentencepiece::SentencePieceProcessor> loadProcessor(const std::string& model,
                                                                     const std::string& source)
{
    auto processor = std::make_unique<sentencepiece::SentencePieceProcessor>();
    const auto status = processor->LoadFromSerializedProto(model);
    if (!status.ok())
        throw badInput(fmt::format("{} is no SentencePiece model", source),
                       "The file may be cut short or a Git LFS pointer; fetch it anew.", "model");
    return processor;
}

[[noreturn]] void throwEncodeError(const char* what)
{
    throw Error(ErrorCode::Failed, fmt::format("SentencePiece could not {}", what),
                "The tokenizer.model may be damaged; fetch it anew.", "model");
}

/// Longer texts are cut: the library needs some 200 bytes of memory for each of the text.
constexpr size_t kLongText = size_t(1) << 16, kLongestWord = size_t(1) << 22;

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Whether a space stands inside a piece, behind something else ("of▁the"), so that pieces cross words.
bool crossesWords(const SentencePieceModel& model)
{
    for (const SentencePieceModel::Piece& piece : model.pieces)
        for (size_t at = piece.text.find(kPieceSpace, 1); at != std::string::npos;
             at = piece.text.find(kPieceSpace, at + 1))
            if (!std::string_view(piece.text).substr(0, at).ends_with(kPieceSpace))
                return true;
    return false;
}

std::string withSpaces(std::string_view piece)
{
    std::string text;
    for (size_t at = 0; at < piece.size();) {
        const bool space = piece.substr(at).starts_with(kPieceSpace);
        text.push_back(space ? ' ' : piece[at]);
        at += space ? kPieceSpace.size() : 1;
    }
    return text;
}

} // namespace

SentencePieceTokenizer::SentencePieceTokenizer(const std::string& bytes, const std::string& source,
                                               const SentencePieceModel& model, SentencePieceSettings settings)
    : m_processor(loadProcessor(bytes, source)), m_settings(std::move(settings)), m_added(m_settings.added),
      m_special(m_settings.special), m_cutsAtSpaces(!model.spacesAsSuffix && !crossesWords(model)),
      m_addsPrefix(model.addsPrefix)
{
    m_modelSize = m_processor->GetPieceSize();
    m_vocabularySize = m_modelSize;
    for (const AddedToken& token : m_added.all())
        m_vocabularySize = std::max(m_vocabularySize, token.id + 1);
    if (!m_settings.spaceAfterAdded)
        m_withoutPrefix = loadProcessor(bytes + std::string(kNoDummyPrefix), source);
    for (int32_t id = 0; id < m_modelSize && !m_dropsFirstSpace; ++id)
        if (const std::string& piece = m_processor->IdToPiece(id); piece.starts_with(kPieceSpace)) {
            m_dropsFirstSpace = m_processor->DecodeIds({id}).size() < withSpaces(piece).size();
            break;
        }
    const auto own = [&](std::optional<int32_t>& id, int modelId) {
        if (!id && modelId >= 0)
            id = modelId;
    };
    SpecialTokens& s = m_special;
    own(s.bos, m_processor->bos_id());
    own(s.eos, m_processor->eos_id());
    own(s.unk, m_processor->unk_id());
    own(s.pad, m_processor->pad_id());
}

SentencePieceTokenizer::~SentencePieceTokenizer() = default;

const sentencepiece::SentencePieceProcessor& SentencePieceTokenizer::processorFor(size_t begin) const
{
    return begin > 0 && m_withoutPrefix ? *m_withoutPrefix : *m_processor;
}

Encoding SentencePieceTokenizer::encode(std::string_view text, bool addSpecialTokens) const
{
    Encoding encoding;
    const auto add = [&](int32_t id, size_t begin, size_t end) {
        encoding.ids.push_back(id);
        encoding.offsets.push_back({int32_t(begin), int32_t(end)});
    };
    if (addSpecialTokens && m_settings.addBos && m_special.bos)
        add(*m_special.bos, 0, 0);
    std::vector<TextPart> parts;
    m_added.split(text, false, parts);
    size_t codePoint = 0;
    for (const TextPart& part : parts) {
        const std::string_view piece = text.substr(part.begin, part.end - part.begin);
        const size_t next = codePoint + countCodePoints(piece);
        if (part.id >= 0) {
            add(part.id, codePoint, next);
        } else {
            sentencepiece::ImmutableSentencePieceText result;
            const auto status = processorFor(part.begin).Encode(piece, result.mutable_proto());
            if (!status.ok())
                throwEncodeError("encode a text");
            result.ConvertToUnicodeSpans();
            for (const auto& token : result.pieces())
                add(int32_t(token.id()), codePoint + token.begin(), codePoint + token.end());
        }
        codePoint = next;
    }
    if (addSpecialTokens && m_settings.addEos && m_special.eos)
        add(*m_special.eos, 0, 0);
    return encoding;
}

std::vector<int32_t> SentencePieceTokenizer::encodeIds(std::string_view text, bool addSpecialTokens) const
{
    std::vector<int32_t> ids;
    if (addSpecialTokens && m_settings.addBos && m_special.bos)
        ids.push_back(*m_special.bos);
    std::vector<TextPart> parts;
    m_added.split(text, false, parts);
    for (const TextPart& part : parts) {
        if (part.id >= 0)
            ids.push_back(part.id);
        else
            encodePart(text.substr(part.begin, part.end - part.begin), processorFor(part.begin), ids);
    }
    if (addSpecialTokens && m_settings.addEos && m_special.eos)
        ids.push_back(*m_special.eos);
    return ids;
}

size_t SentencePieceTokenizer::cutAfter(std::string_view text, size_t from) const
{
    for (size_t at = text.find(' ', from); m_cutsAtSpaces && at != std::string_view::npos; at = text.find(' ', at + 1))
        if (at > 0 && at + 1 < text.size() && isPlain(text[at - 1]) && isPlain(text[at + 1]))
            return at;
    return text.size();
}

void SentencePieceTokenizer::encodePart(std::string_view text, const sentencepiece::SentencePieceProcessor& processor,
                                        std::vector<int32_t>& ids) const
{
    std::vector<int> found;
    for (bool first = true; first || !text.empty(); first = false) {
        const size_t end = text.size() <= kLongText ? text.size() : cutAfter(text, kLongText);
        if (end > kLongestWord)
            throw badInput(fmt::format("A line holds {} MB without a space between two words; SentencePiece would need "
                                       "{} GB of memory for it",
                                       end >> 20, (end >> 22) + 1),
                           "Break the text into lines.", "data");
        const auto status = (first ? processor : *m_processor).Encode(text.substr(0, end), &found);
        if (!status.ok())
            throwEncodeError("encode a text");
        ids.insert(ids.end(), found.begin(), found.end());
        // The space at the cut is the one that the model puts before a text by itself.
        text.remove_prefix(std::min(text.size(), end + (m_addsPrefix ? 1 : 0)));
    }
}

void SentencePieceTokenizer::appendRun(const std::vector<int>& run, std::string& text) const
{
    if (run.empty())
        return;
    std::string decoded;
    const auto status = m_processor->Decode(run, &decoded);
    if (!status.ok())
        throwEncodeError("decode tokens");
    // The space dropped at the start of a run is the model's own only at the start of the text.
    if (!text.empty() && m_dropsFirstSpace && m_processor->IdToPiece(run.front()).starts_with(kPieceSpace))
        text.push_back(' ');
    text += decoded;
}

std::string SentencePieceTokenizer::decode(std::span<const int32_t> ids, bool skipSpecialTokens) const
{
    std::string text;
    std::vector<int> run;
    for (const int32_t id : ids) {
        const AddedToken* token = m_added.byId(id);
        const bool control = !token && hasPiece(id) && m_processor->IsControl(id);
        if (!token && !control) {
            if (hasPiece(id))
                run.push_back(id);
        } else if (!skipSpecialTokens || (token && !token->special)) {
            appendRun(run, text);
            run.clear();
            text += idToToken(id);
        }
    }
    appendRun(run, text);
    return text;
}

std::string SentencePieceTokenizer::idToToken(int32_t id) const
{
    if (const AddedToken* token = m_added.byId(id))
        return token->content;
    return hasPiece(id) ? m_processor->IdToPiece(id) : std::string();
}

std::string SentencePieceTokenizer::pieceBytes(int32_t id) const
{
    const std::string token = idToToken(id);
    if (m_added.byId(id) || !hasPiece(id))
        return token;
    if (!m_processor->IsByte(id))
        return withSpaces(token);
    unsigned value = 0; // "<0x0A>"
    std::from_chars(token.data() + 3, token.data() + token.size() - 1, value, 16);
    return std::string(1, char(value));
}

std::optional<int32_t> SentencePieceTokenizer::tokenToId(std::string_view token) const
{
    if (const AddedToken* known = m_added.byContent(token))
        return known->id;
    const int id = m_processor->PieceToId(token);
    return hasPiece(id) && m_processor->IdToPiece(id) == token ? std::optional(id) : std::nullopt;
}

bool SentencePieceTokenizer::isSpecial(int32_t id) const
{
    const SpecialTokens& s = m_special;
    if (id == s.bos || id == s.eos || id == s.unk || id == s.sep || id == s.pad || id == s.cls || id == s.mask)
        return true;
    if (const AddedToken* token = m_added.byId(id))
        return token->special;
    return hasPiece(id) && (m_processor->IsControl(id) || m_processor->IsUnknown(id));
}

} // namespace fettle
