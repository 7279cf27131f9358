// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/word_splitter.h"

#include "core/tokenizers/unicode.h"

#include <array>

namespace fettle
{

namespace
{

constexpr uint16_t kSplitClasses = unicode::Letter | unicode::Number | unicode::Space;

/// Classes of the 128 ASCII characters, so that plain English never leaves this table.
constexpr std::array<uint8_t, 128> kAsciiClasses = [] {
    std::array<uint8_t, 128> table{};
    for (int c = 0; c < 128; ++c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool space = c == ' ' || (c >= 9 && c <= 13);
        table[size_t(c)] = letter                 ? unicode::Letter
                           : c >= '0' && c <= '9' ? unicode::Number
                           : space                ? unicode::Space
                                                  : 0;
    }
    return table;
}();

/// Letter, Number, Space or 0 of the character at `at`, which moves behind it.
inline uint16_t nextClass(const unicode::ClassTable& table, std::string_view text, size_t& at)
{
    const unsigned char byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
        ++at;
        return kAsciiClasses[byte];
    }
    return table[unicode::nextCodePoint(text, at)] & kSplitClasses;
}

/// Behind the characters of `wanted` class from `at` on, `most` at the most.
inline size_t runEnd(const unicode::ClassTable& table, std::string_view text, size_t at, uint16_t wanted,
                     size_t most = size_t(-1))
{
    for (size_t end = at; end < text.size() && most > 0; at = end, --most)
        if (nextClass(table, text, end) != wanted)
            return at;
    return at;
}

/// Length of "'s" and its like at `at`, 0 where there is none. In any case: 'ſ (U+017F) counts as 's.
size_t contraction(std::string_view text, size_t at, bool anyCase)
{
    const auto letter = [&](size_t i) -> char {
        if (i >= text.size())
            return 0;
        const char c = text[i];
        return anyCase && c >= 'A' && c <= 'Z' ? char(c + 32) : c;
    };
    const char first = letter(at + 1), second = letter(at + 2);
    if (first == 's' || first == 't' || first == 'm' || first == 'd')
        return 2;
    if ((first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l'))
        return 3;
    return anyCase && text.substr(at + 1).starts_with("\xC5\xBF") ? 3 : 0;
}

/// White space from `at` on: all of it at the end of the text or where it is one character, else all but the last.
size_t spaceEnd(const unicode::ClassTable& table, std::string_view text, size_t at)
{
    const size_t end = runEnd(table, text, at, unicode::Space);
    if (end == text.size())
        return end;
    size_t last = end;
    unicode::previousCodePoint(text, last);
    return last > at ? last : end;
}

size_t gpt2WordEnd(const unicode::ClassTable& table, std::string_view text, size_t at)
{
    if (text[at] == '\'')
        if (const size_t length = contraction(text, at, false))
            return at + length;
    size_t behind = at;
    uint16_t kind = nextClass(table, text, behind);
    if (text[at] == ' ' && behind < text.size())
        kind = nextClass(table, text, behind);
    return kind == unicode::Space ? spaceEnd(table, text, at) : runEnd(table, text, behind, kind);
}

size_t llama3WordEnd(const unicode::ClassTable& table, std::string_view text, size_t at, size_t digits)
{
    const auto isLineEnd = [&](size_t i) { return i < text.size() && (text[i] == '\r' || text[i] == '\n'); };
    if (text[at] == '\'')
        if (const size_t length = contraction(text, at, true))
            return at + length;
    size_t behind = at;
    const uint16_t kind = nextClass(table, text, behind);
    if (kind == unicode::Letter)
        return runEnd(table, text, behind, unicode::Letter);
    if (kind == unicode::Number)
        return runEnd(table, text, at, unicode::Number, digits);
    if (!isLineEnd(at)) {
        const size_t letters = runEnd(table, text, behind, unicode::Letter);
        if (letters > behind)
            return letters;
    }
    const size_t others = text[at] == ' ' ? behind : at;
    size_t end = runEnd(table, text, others, 0);
    if (end > others) {
        while (isLineEnd(end))
            ++end;
        return end;
    }
    end = runEnd(table, text, at, unicode::Space);
    for (size_t i = end; i > at; --i)
        if (isLineEnd(i - 1))
            return i;
    return spaceEnd(table, text, at);
}

} // namespace

size_t wordEnd(SplitPattern pattern, std::string_view text, size_t at)
{
    const unicode::ClassTable& table = unicode::classes();
    switch (pattern) {
    case SplitPattern::Gpt2:
        return gpt2WordEnd(table, text, at);
    case SplitPattern::Llama3:
        return llama3WordEnd(table, text, at, 3);
    case SplitPattern::SingleDigits:
        return llama3WordEnd(table, text, at, 1);
    case SplitPattern::None:
        break;
    }
    return text.size();
}

} // namespace fettle
