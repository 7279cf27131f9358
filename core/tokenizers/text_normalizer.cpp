// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/text_normalizer.h"

#include "core/base/text.h"
#include "core/tokenizers/byte_alphabet.h"
#include "core/tokenizers/unicode.h"

#include <algorithm>

namespace fettle
{

namespace
{

using NormalizerKind = NormalizerStep::Kind;

bool isAscii(std::string_view text)
{
    return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool isSpace(char32_t c)
{
    return unicode::classes()[c] & unicode::Space;
}

/// What a step made of a text. The origins count the code points of what the step was given.
struct Result {
    std::string& text;
    std::vector<uint32_t>* origins; ///< null: not wanted

    void add(std::string_view more, uint32_t origin) const
    {
        text += more;
        if (origins)
            origins->resize(text.size(), origin);
    }
    void add(char32_t codePoint, uint32_t origin) const
    {
        appendUtf8(text, codePoint);
        if (origins)
            origins->resize(text.size(), origin);
    }
};

std::vector<unicode::NormalCharacter> lowered(const std::u32string& text)
{
    std::vector<unicode::NormalCharacter> normal;
    for (const char32_t codePoint : text) {
        const unicode::Lowered lower = unicode::toLower(codePoint);
        normal.push_back({lower.first, 0});
        if (lower.second != 0)
            normal.push_back({lower.second, 1});
    }
    return normal;
}

/// Origins follow from the counts of characters made and used up, in order.
void addChanged(const std::vector<unicode::NormalCharacter>& changed, size_t given, const Result& out)
{
    uint32_t next = 0; // the code point that the next one with change <= 0 stands for
    for (const auto& [codePoint, change] : changed) {
        const uint32_t origin = change > 0 ? std::max<uint32_t>(next, 1) - 1 : next;
        if (change <= 0)
            next += 1 + uint32_t(-change);
        out.add(codePoint, std::min(origin, uint32_t(given) - 1));
    }
}

void changeCharacters(std::string_view part, NormalizerKind kind, const Result& out)
{
    const std::u32string original = decodeUtf8(part);
    const bool compatible = kind == NormalizerKind::Nfkc || kind == NormalizerKind::Nfkd;
    const bool composed = kind == NormalizerKind::Nfc || kind == NormalizerKind::Nfkc;
    addChanged(kind == NormalizerKind::Lowercase ? lowered(original)
               : composed                        ? unicode::compose(original, compatible)
                                                 : unicode::decompose(original, compatible),
               original.size(), out);
}

/// False where nothing is to be changed.
bool mapCharacters(std::string_view part, const CharacterMap& map, const Result& out)
{
    const auto changed = map.apply(part);
    if (changed)
        addChanged(*changed, countCodePoints(part), out);
    return changed.has_value();
}

/// What SentencePiece's nmt rules do to control characters and white space.
void applyNmt(std::string_view part, const Result& out)
{
    uint32_t index = 0;
    for (size_t at = 0; at < part.size(); ++index) {
        const char32_t c = unicode::nextCodePoint(part, at);
        if ((c >= 1 && c <= 8) || c == 0xB || (c >= 0xE && c <= 0x1F) || c == 0x7F || c == 0x8F || c == 0x9F)
            continue;
        const bool space = c == 9 || c == 0xA || c == 0xC || c == 0xD || c == 0x1680 || (c >= 0x200B && c <= 0x200F) ||
                           c == 0x2028 || c == 0x2029 || c == 0x2581 || c == 0xFEFF || c == 0xFFFD;
        out.add(space ? U' ' : c, index);
    }
}

void spellBytes(std::string_view part, const Result& out)
{
    uint32_t index = 0;
    for (size_t i = 0; i < part.size(); ++i) {
        index += i > 0 && unicode::startsCharacter(part[i]);
        out.add(byteToCharacter(static_cast<unsigned char>(part[i])), index);
    }
}

void stripAccents(std::string_view part, const Result& out)
{
    uint32_t index = 0;
    for (size_t at = 0; at < part.size(); ++index)
        if (const char32_t c = unicode::nextCodePoint(part, at); !(unicode::classes()[c] & unicode::Mark))
            out.add(c, index);
}

void strip(std::string_view part, const NormalizerStep& step, const Result& out)
{
    const std::u32string text = decodeUtf8(part);
    size_t begin = 0, end = text.size();
    while (step.left && begin < end && isSpace(text[begin]))
        ++begin;
    while (step.right && end > begin && isSpace(text[end - 1]))
        --end;
    for (size_t i = begin; i < end; ++i)
        out.add(text[i], uint32_t(i));
}

void replace(std::string_view part, const NormalizerStep& step, const Result& out)
{
    std::vector<std::pair<size_t, size_t>> matches;
    if (step.expression && !part.empty())
        step.expression->find(part, 0, part.size(), matches);
    for (size_t at = 0; !step.expression && (at = part.find(step.from, at)) != std::string_view::npos;
         at += step.from.size())
        matches.push_back({at, at + step.from.size()});
    uint32_t index = 0;
    size_t at = 0;
    const auto copyTo = [&](size_t end) {
        if (!out.origins) {
            out.text += part.substr(at, end - at);
            at = end;
        }
        while (at < end) {
            const size_t begin = at;
            unicode::nextCodePoint(part, at);
            out.add(part.substr(begin, at - begin), index++);
        }
    };
    for (const auto& [begin, end] : matches) {
        copyTo(begin);
        if (out.origins)
            index += uint32_t(countCodePoints(part.substr(begin, end - begin)));
        out.add(step.to, std::max<uint32_t>(index, 1) - 1); // what comes in counts as the last that goes
        at = end;
    }
    copyTo(part.size());
}

void prepend(std::string_view part, const NormalizerStep& step, const Result& out)
{
    out.text.reserve(part.size() + step.to.size());
    if (!part.empty())
        out.add(step.to, 0);
    if (!out.origins) {
        out.text += part;
        return;
    }
    uint32_t index = 0;
    for (size_t at = 0; at < part.size(); ++index) {
        const size_t begin = at;
        unicode::nextCodePoint(part, at);
        out.add(part.substr(begin, at - begin), index);
    }
}

/// False where the step leaves the text as it is.
bool applyStep(const NormalizerStep& step, std::string_view part, bool wantOrigins, NormalizedText& made)
{
    made.storage.clear();
    made.origins.clear();
    const Result out{made.storage, wantOrigins ? &made.origins : nullptr};
    switch (step.kind) {
    case NormalizerKind::Nfc:
    case NormalizerKind::Nfd:
    case NormalizerKind::Nfkc:
    case NormalizerKind::Nfkd:
    case NormalizerKind::Lowercase:
        changeCharacters(part, step.kind, out);
        break;
    case NormalizerKind::StripAccents:
        stripAccents(part, out);
        break;
    case NormalizerKind::Strip:
        strip(part, step, out);
        break;
    case NormalizerKind::Prepend:
        prepend(part, step, out);
        break;
    case NormalizerKind::Replace:
        replace(part, step, out);
        break;
    case NormalizerKind::Bert:
        step.bert.apply(part, 0, wantOrigins, made);
        break;
    case NormalizerKind::Nmt:
        applyNmt(part, out);
        break;
    case NormalizerKind::CharacterMap:
        return step.map && mapCharacters(part, *step.map, out);
    case NormalizerKind::ByteLevel:
        spellBytes(part, out);
        break;
    }
    return true;
}

/// Steps that leave plain ASCII as it is.
bool leavesAscii(NormalizerKind kind)
{
    return kind == NormalizerKind::Nfc || kind == NormalizerKind::Nfd || kind == NormalizerKind::Nfkc ||
           kind == NormalizerKind::Nfkd || kind == NormalizerKind::StripAccents;
}

} // namespace

bool TextNormalizer::mayDropStart() const
{
    return std::any_of(m_steps.begin(), m_steps.end(), [](const NormalizerStep& step) {
        switch (step.kind) {
        case NormalizerKind::Nfc:
        case NormalizerKind::Nfd:
        case NormalizerKind::Nfkc:
        case NormalizerKind::Nfkd:
        case NormalizerKind::Lowercase:
        case NormalizerKind::Prepend:
        case NormalizerKind::ByteLevel:
            return false;
        case NormalizerKind::Replace:
            return step.expression || step.to.empty() || countCodePoints(step.from) > 1;
        default:
            return true;
        }
    });
}

void TextNormalizer::apply(std::string_view part, uint32_t firstCodePoint, bool wantOrigins, NormalizedText& out) const
{
    NormalizedText made;
    out.text = part;
    if (wantOrigins)
        identityOrigins(part, firstCodePoint, out.origins);
    for (const NormalizerStep& step : m_steps) {
        if (leavesAscii(step.kind) && isAscii(out.text))
            continue;
        if (!applyStep(step, out.text, wantOrigins, made))
            continue;
        if (wantOrigins) {
            std::vector<uint32_t> characters; // where each code point that the step was given came from
            for (size_t i = 0; i < out.text.size(); ++i)
                if (unicode::startsCharacter(out.text[i]))
                    characters.push_back(out.origins[i]);
            for (uint32_t& origin : made.origins)
                origin = characters[origin];
            out.origins.swap(made.origins);
        }
        out.storage.swap(made.storage);
        out.text = out.storage;
    }
}

void identityOrigins(std::string_view part, uint32_t firstCodePoint, std::vector<uint32_t>& origins)
{
    origins.resize(part.size());
    uint32_t codePoint = firstCodePoint - 1;
    for (size_t i = 0; i < part.size(); ++i)
        origins[i] = codePoint += unicode::startsCharacter(part[i]);
}

} // namespace fettle
