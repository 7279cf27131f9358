// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/charset.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/data/charset_guess.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <memory>
#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>
#include <utility>
#include <vector>

namespace fettle
{

namespace
{

using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

Converter openConverter(const std::string& name)
{
    UErrorCode status = U_ZERO_ERROR;
    Converter converter(ucnv_open(name.c_str(), &status), &ucnv_close);
    if (U_FAILURE(status))
        converter.reset();
    return converter;
}

constexpr std::string_view replacement = "\xEF\xBF\xBD";

int64_t countReplacements(std::string_view text)
{
    int64_t count = 0;
    for (size_t at = text.find(replacement); at != std::string_view::npos; at = text.find(replacement, at + 3))
        ++count;
    return count;
}

} // namespace

std::optional<Charset> charsetOfMark(std::string_view bytes)
{
    static const std::array<std::pair<std::string_view, const char*>, 5> marks{
        {{std::string_view("\xFF\xFE\0\0", 4), "utf-32le"},
         {std::string_view("\0\0\xFE\xFF", 4), "utf-32be"},
         {"\xEF\xBB\xBF", "utf-8"},
         {"\xFF\xFE", "utf-16le"},
         {"\xFE\xFF", "utf-16be"}}};
    for (const auto& [mark, name] : marks)
        if (bytes.starts_with(mark))
            return Charset{name, mark.size()};
    return {};
}

bool isMostlyUtf8(std::string_view bytes)
{
    int64_t right = 0, wrong = 0;
    while (!bytes.empty()) {
        const size_t bad = firstInvalidUtf8(bytes).value_or(bytes.size());
        right += std::count_if(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(bad),
                               [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0xC0; });
        if (bad == bytes.size())
            break;
        ++wrong;
        bytes.remove_prefix(bad + 1);
    }
    return right > 0 && right >= wrong;
}

std::optional<Charset> recogniseCharset(std::string_view bytes)
{
    if (const auto marked = charsetOfMark(bytes))
        return marked;
    if (const auto wide = guessUtf16(bytes))
        return wide;
    if (!firstInvalidUtf8(bytes)) {
        if (const auto escaped = guessEscaped(bytes))
            return escaped;
        return Charset{"utf-8"};
    }
    return isMostlyUtf8(bytes) ? std::nullopt : guessLegacy(bytes);
}

std::string knownCharset(const std::string& name)
{
    const bool binary = name.find_first_of(",=") != std::string::npos; // ICU takes options behind a comma
    if (!binary && openConverter(name))
        return name;
    const std::vector<std::string> usual{"utf-8",       "utf-16le",     "utf-16be",     "windows-1252", "iso-8859-1",
                                         "iso-8859-15", "windows-1250", "windows-1251", "macintosh",    "ibm850",
                                         "shift_jis",   "gb18030",      "big5",         "euc-kr",       "koi8-r"};
    const auto near = nearestName(name, usual);
    throw badInput(fmt::format("There is no encoding called \"{}\".", name),
                   near ? fmt::format("Did you mean \"{}\"?", *near)
                        : "Usual are utf-8, utf-16le, windows-1252, iso-8859-15, macintosh and windows-1251.",
                   "data.format");
}

std::string toUtf8(std::string bytes, const std::string& charset, int64_t& replaced)
{
    if (charset == "utf-8") {
        if (!firstInvalidUtf8(bytes))
            return bytes;
        const int64_t before = countReplacements(bytes);
        std::string text = toValidUtf8(bytes);
        replaced += countReplacements(text) - before;
        return text;
    }
    const Converter from = openConverter(knownCharset(charset)), to = openConverter("UTF-8");
    UErrorCode status = U_ZERO_ERROR;
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 8);
    std::array<UChar, 1 << 12> between{};
    std::array<char, 1 << 14> out{};
    UChar *betweenIn = between.data(), *betweenOut = between.data();
    const char* in = bytes.data();
    bool first = true;
    do {
        status = U_ZERO_ERROR;
        char* end = out.data();
        ucnv_convertEx(to.get(), from.get(), &end, out.data() + out.size(), &in, bytes.data() + bytes.size(),
                       between.data(), &betweenIn, &betweenOut, between.data() + between.size(),
                       static_cast<UBool>(first), true, &status);
        first = false;
        text.append(out.data(), static_cast<size_t>(end - out.data()));
    } while (status == U_BUFFER_OVERFLOW_ERROR);
    if (U_FAILURE(status))
        throw badInput(
            fmt::format("The text could not be converted from {}: {}.", charsetTitle(charset), u_errorName(status)),
            "Save it as UTF-8.", "data.format");
    replaced += countReplacements(text);
    return text;
}

std::string charsetTitle(const std::string& name)
{
    static const std::vector<std::pair<const char*, const char*>> titles{
        {"utf-8", "UTF-8"},        {"utf-16le", "UTF-16 LE"},  {"utf-16be", "UTF-16 BE"}, {"utf-32le", "UTF-32 LE"},
        {"utf-32be", "UTF-32 BE"}, {"macintosh", "Mac Roman"}, {"ibm850", "DOS (850)"},   {"ibm866", "DOS (866)"},
        {"ibm852", "DOS (852)"},   {"ibm437", "DOS (437)"},    {"big5", "Big5"},          {"shift_jis", "Shift_JIS"}};
    for (const auto& [known, title] : titles)
        if (name == known)
            return title;
    std::string title = name;
    if (title.starts_with("windows"))
        title[0] = 'W';
    else
        std::transform(title.begin(), title.end(), title.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return title;
}

} // namespace fettle
