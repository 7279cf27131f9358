// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/text_normalizer.h"

#include "core/base/text.h"
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

void changeCharacters(std::string_view part, NormalizerKind kind, const Result& out)
{
    const std::u32string original = decodeUtf8(part);
    uint32_t next = 0; // the code point that the next one with change <= 0 stands for
    for (const auto& [codePoint, change] : kind == NormalizerKind::Nfc   ? unicode::toNfc(original)
                                           : kind == NormalizerKind::Nfd ? unicode::toNfd(original)
                                                                         : lowered(original)) {
        const uint32_t origin = change > 0 ? std::max<uint32_t>(next, 1) - 1 : next;
        if (change <= 0)
            next += 1 + uint32_t(-change);
        out.add(codePoint, origin);
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
    uint32_t index = 0;
    for (size_t at = 0; at < part.size();) {
        const size_t found = std::min(part.find(step.from, at), part.size());
        if (!out.origins) {
            out.text += part.substr(at, found - at);
        } else {
            while (at < found) {
                const size_t begin = at;
                unicode::nextCodePoint(part, at);
                out.add(part.substr(begin, at - begin), index++);
            }
        }
        if (found == part.size())
            return;
        out.add(step.to, index);
        if (out.origins)
            index += uint32_t(countCodePoints(step.from));
        at = found + step.from.size();
    }
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

void applyStep(const NormalizerStep& step, std::string_view part, bool wantOrigins, NormalizedText& made)
{
    made.storage.clear();
    made.origins.clear();
    const Result out{made.storage, wantOrigins ? &made.origins : nullptr};
    switch (step.kind) {
    case NormalizerKind::Nfc:
    case NormalizerKind::Nfd:
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
    }
}

/// Steps that leave plain ASCII as it is.
bool leavesAscii(NormalizerKind kind)
{
    return kind == NormalizerKind::Nfc || kind == NormalizerKind::Nfd || kind == NormalizerKind::StripAccents;
}

} // namespace

void TextNormalizer::apply(std::string_view part, uint32_t firstCodePoint, bool wantOrigins, NormalizedText& out) const
{
    NormalizedText made;
    out.text = part;
    if (wantOrigins)
        identityOrigins(part, firstCodePoint, out.origins);
    for (const NormalizerStep& step : m_steps) {
        if (leavesAscii(step.kind) && isAscii(out.text))
            continue;
        applyStep(step, out.text, wantOrigins, made);
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

} // namespace fettle
