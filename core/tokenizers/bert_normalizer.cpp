// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/bert_normalizer.h"

#include "core/base/text.h"
#include "core/tokenizers/unicode.h"

#include <algorithm>
#include <array>

namespace fettle
{

namespace
{

/// What becomes of each ASCII character: itself, its lower case, a space, or 0 for nothing.
std::array<char, 128> asciiTable(const BertNormalizer& normalizer)
{
    std::array<char, 128> table;
    for (char32_t c = 0; c < 128; ++c) {
        const uint16_t kind = unicode::classes()[c];
        table[c] = char(c);
        if (normalizer.cleanText && (kind & unicode::BertRemoved))
            table[c] = 0;
        else if (normalizer.cleanText && (kind & unicode::BertSpace))
            table[c] = ' ';
        else if (normalizer.lowercase && c >= 'A' && c <= 'Z')
            table[c] = char(c + 32);
    }
    return table;
}

/// A run of characters above ASCII on its way through the steps, with the code points they came from.
struct NormalRun {
    std::u32string text;
    std::vector<uint32_t> origins;

    void clear()
    {
        text.clear();
        origins.clear();
    }
    void add(char32_t codePoint, uint32_t origin)
    {
        text.push_back(codePoint);
        origins.push_back(origin);
    }
};

void decomposeAndStrip(NormalRun& run)
{
    const std::vector<unicode::NormalCharacter> normal = unicode::decompose(run.text);
    NormalRun stripped;
    size_t next = 0; // the character that the next one with change 0 stands for
    for (const auto& [codePoint, change] : normal) {
        const uint32_t origin = run.origins[change > 0 ? std::max<size_t>(next, 1) - 1 : next];
        if (change <= 0)
            next += 1 + size_t(-change);
        if (!(unicode::classes()[codePoint] & unicode::BertNonspacingMark))
            stripped.add(codePoint, origin);
    }
    run = std::move(stripped);
}

} // namespace

void BertNormalizer::apply(std::string_view part, uint32_t firstCodePoint, bool wantOrigins, NormalizedText& out) const
{
    const auto& table = unicode::classes();
    const std::array<char, 128> ascii = asciiTable(*this);
    std::string& text = out.storage;
    text.clear();
    text.reserve(part.size() + part.size() / 8 + 16);
    out.origins.clear();
    uint32_t codePoint = firstCodePoint;
    NormalRun run;
    const auto append = [&](char32_t character, uint32_t origin) {
        appendUtf8(text, character);
        if (wantOrigins)
            out.origins.resize(text.size(), origin);
    };
    for (size_t at = 0; at < part.size();) {
        if (static_cast<unsigned char>(part[at]) < 0x80) {
            const char c = ascii[static_cast<unsigned char>(part[at++])];
            if (c != 0 || !cleanText) {
                text.push_back(c);
                if (wantOrigins)
                    out.origins.push_back(codePoint);
            }
            ++codePoint;
            continue;
        }
        run.clear();
        while (at < part.size() && static_cast<unsigned char>(part[at]) >= 0x80) {
            const uint32_t origin = codePoint++;
            char32_t character = unicode::nextCodePoint(part, at);
            const uint16_t kind = table[character];
            if (cleanText && (kind & unicode::BertRemoved))
                continue;
            if (cleanText && (kind & unicode::BertSpace))
                character = ' ';
            if (chineseCharacters && (kind & unicode::BertChinese)) {
                run.add(' ', origin);
                run.add(character, origin);
                run.add(' ', origin);
            } else {
                run.add(character, origin);
            }
        }
        if (stripAccents)
            decomposeAndStrip(run);
        for (size_t i = 0; i < run.text.size(); ++i) {
            if (!lowercase) {
                append(run.text[i], run.origins[i]);
                continue;
            }
            const unicode::Lowered lower = unicode::toLower(run.text[i]);
            append(lower.first, run.origins[i]);
            if (lower.second != 0)
                append(lower.second, run.origins[i]);
        }
    }
    out.text = text;
}

} // namespace fettle
