// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/python_text.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace fettle::python
{

namespace
{

/// The code point that starts at `text[at]` (valid UTF-8).
char32_t codePointAt(std::string_view text, size_t at)
{
    const std::string_view rest = text.substr(at, 4);
    const auto lead = static_cast<unsigned char>(rest[0]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return decodeUtf8(rest.substr(0, length))[0];
}

bool startsCharacter(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

template <typename Test>
std::string_view stripWhere(std::string_view text, Ends ends, Test&& goes)
{
    const auto next = [&](size_t at) {
        do
            ++at;
        while (at < text.size() && !startsCharacter(text[at]));
        return at;
    };
    const auto previous = [&](size_t at) {
        do
            --at;
        while (at > 0 && !startsCharacter(text[at]));
        return at;
    };
    size_t begin = 0, end = text.size();
    while ((ends & Left) && begin < end && goes(text.substr(begin, next(begin) - begin)))
        begin = next(begin);
    while ((ends & Right) && begin < end && goes(text.substr(previous(end), end - previous(end))))
        end = previous(end);
    return text.substr(begin, end - begin);
}

icu::UnicodeString asIcu(std::string_view text)
{
    return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

std::string asUtf8(const icu::UnicodeString& text)
{
    std::string utf8;
    return text.toUTF8String(utf8);
}

std::string titleCase(char32_t codePoint)
{
    icu::UnicodeString one(static_cast<UChar32>(codePoint));
    return asUtf8(
        one.toTitle(nullptr, icu::Locale::getRoot(), U_TITLECASE_WHOLE_STRING | U_TITLECASE_NO_BREAK_ADJUSTMENT));
}

bool isCased(char32_t codePoint)
{
    return u_isULowercase(static_cast<UChar32>(codePoint)) || u_isUUppercase(static_cast<UChar32>(codePoint)) ||
           u_charType(static_cast<UChar32>(codePoint)) == U_TITLECASE_LETTER;
}

bool isLineEnd(char32_t c)
{
    return (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool isPrintable(char32_t codePoint)
{
    if (codePoint == ' ')
        return true;
    switch (u_charType(static_cast<UChar32>(codePoint))) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_SURROGATE:
    case U_PRIVATE_USE_CHAR:
    case U_UNASSIGNED:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
    case U_SPACE_SEPARATOR:
        return false;
    default:
        return true;
    }
}

} // namespace

bool isSpace(char32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::string_view strip(std::string_view text, Ends ends)
{
    return stripWhere(text, ends, [](std::string_view character) { return isSpace(codePointAt(character, 0)); });
}

std::string_view strip(std::string_view text, std::string_view characters, Ends ends)
{
    return stripWhere(text, ends,
                      [&](std::string_view character) { return characters.find(character) != std::string_view::npos; });
}

std::vector<std::string> splitAtSpace(std::string_view text, int64_t most, bool fromRight)
{
    std::vector<std::string> parts;
    const auto isSpaceAt = [&](size_t at) { return startsCharacter(text[at]) && isSpace(codePointAt(text, at)); };
    text = strip(text);
    while (!text.empty()) {
        if (most >= 0 && static_cast<int64_t>(parts.size()) == most) {
            parts.emplace_back(text);
            break;
        }
        size_t at = fromRight ? text.size() - 1 : 0;
        if (fromRight) {
            while (at > 0 && !isSpaceAt(at))
                --at;
            const bool found = isSpaceAt(at);
            parts.emplace_back(found ? strip(text.substr(at), Left) : text);
            text = found ? strip(text.substr(0, at), Right) : std::string_view();
        } else {
            while (at < text.size() && !isSpaceAt(at))
                ++at;
            parts.emplace_back(text.substr(0, at));
            text = strip(text.substr(at), Left);
        }
    }
    if (fromRight)
        std::reverse(parts.begin(), parts.end());
    return parts;
}

std::vector<std::string> split(std::string_view text, std::string_view separator, int64_t most, bool fromRight)
{
    std::vector<std::string> parts;
    while (most < 0 || static_cast<int64_t>(parts.size()) < most) {
        const size_t at = fromRight ? text.rfind(separator) : find(text, separator);
        if (at == std::string_view::npos)
            break;
        parts.emplace_back(fromRight ? text.substr(at + separator.size()) : text.substr(0, at));
        text = fromRight ? text.substr(0, at) : text.substr(at + separator.size());
    }
    parts.emplace_back(text);
    if (fromRight)
        std::reverse(parts.begin(), parts.end());
    return parts;
}

std::vector<std::string> splitLines(std::string_view text)
{
    std::vector<std::string> lines;
    size_t begin = 0;
    for (size_t at = 0; at < text.size();) {
        const char32_t c = codePointAt(text, at);
        size_t next = at + 1;
        while (next < text.size() && !startsCharacter(text[next]))
            ++next;
        if (isLineEnd(c)) {
            lines.emplace_back(text.substr(begin, at - begin));
            begin = next += c == '\r' && next < text.size() && text[next] == '\n';
        }
        at = next;
    }
    if (begin < text.size())
        lines.emplace_back(text.substr(begin));
    return lines;
}

size_t find(std::string_view text, std::string_view part, size_t from)
{
    if (part.empty() || from > text.size())
        return from > text.size() ? std::string_view::npos : from;
    const void* found = ::memmem(text.data() + from, text.size() - from, part.data(), part.size());
    return found ? static_cast<size_t>(static_cast<const char*>(found) - text.data()) : std::string_view::npos;
}

std::string replace(std::string_view text, std::string_view from, std::string_view to, int64_t count)
{
    std::string result;
    size_t at = 0;
    for (int64_t done = 0; count < 0 || done < count; ++done) {
        size_t found = find(text, from, at);
        if (from.empty()) { // between all characters, and at both ends
            if (done > 0)
                do
                    ++found;
                while (found < text.size() && !startsCharacter(text[found]));
            if (found > text.size())
                break;
        }
        if (found == std::string_view::npos)
            break;
        result += text.substr(at, found - at);
        result += to;
        at = found + from.size();
    }
    if (at < text.size())
        result += text.substr(at);
    return result;
}

std::string upper(const std::string& text)
{
    return asUtf8(asIcu(text).toUpper(icu::Locale::getRoot()));
}

std::string lower(const std::string& text)
{
    return asUtf8(asIcu(text).toLower(icu::Locale::getRoot()));
}

std::string capitalize(const std::string& text)
{
    if (text.empty())
        return text;
    const std::u32string all = decodeUtf8(text);
    return titleCase(all[0]) + lower(encodeUtf8(std::u32string_view(all).substr(1)));
}

std::string title(const std::string& text)
{
    std::string result, word;
    for (const char32_t c : decodeUtf8(text)) {
        if (isCased(c)) {
            appendUtf8(word, c);
            continue;
        }
        result += capitalize(word);
        word.clear();
        appendUtf8(result, c);
    }
    return result + capitalize(word);
}

bool isAll(std::string_view text, Quality quality)
{
    const std::u32string all = decodeUtf8(text);
    const auto every = [&](auto&& test) { return !all.empty() && std::all_of(all.begin(), all.end(), test); };
    const auto isDigit = [](char32_t c) {
        return u_getIntPropertyValue(UChar32(c), UCHAR_NUMERIC_TYPE) != 0 &&
               u_getIntPropertyValue(UChar32(c), UCHAR_NUMERIC_TYPE) != U_NT_NUMERIC;
    };
    switch (quality) {
    case Quality::Alpha:
        return every([](char32_t c) { return u_isalpha(UChar32(c)) != 0; });
    case Quality::Digit:
        return every(isDigit);
    case Quality::Alnum:
        return every(
            [](char32_t c) { return u_isalpha(UChar32(c)) || u_getNumericValue(UChar32(c)) != U_NO_NUMERIC_VALUE; });
    case Quality::Space:
        return every([](char32_t c) { return isSpace(c); });
    case Quality::Upper:
    case Quality::Lower:
        break;
    }
    // Cased letters all of one case, and one at least.
    const bool up = quality == Quality::Upper;
    return std::any_of(all.begin(), all.end(), isCased) && std::all_of(all.begin(), all.end(), [&](char32_t c) {
               return !isCased(c) || (up ? u_isUUppercase(UChar32(c)) : u_isULowercase(UChar32(c)));
           });
}

std::string quoted(std::string_view text)
{
    const char quote =
        text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos ? '"' : '\'';
    std::string result(1, quote);
    for (const char32_t c : decodeUtf8(text)) {
        if (c == '\n')
            result += "\\n";
        else if (c == '\r')
            result += "\\r";
        else if (c == '\t')
            result += "\\t";
        else if (c == '\\' || c == char32_t(quote))
            (result += '\\') += char(c);
        else if (isPrintable(c))
            appendUtf8(result, c);
        else if (c < 0x100)
            result += fmt::format("\\x{:02x}", uint32_t(c));
        else
            result += c < 0x10000 ? fmt::format("\\u{:04x}", uint32_t(c)) : fmt::format("\\U{:08x}", uint32_t(c));
    }
    return result + quote;
}

std::string numberText(double value)
{
    const std::string text = shortest(value);
    return std::isfinite(value) && text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

} // namespace fettle::python
