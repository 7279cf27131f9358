// SPDX-License-Identifier: GPL-3.0-or-later
// UTF-8, numbers and names as text.
#include "core/base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace fettle
{

namespace
{

/// One step through UTF-8: a code point and its length, or (valid = false) the length of the maximal ill-formed part.
struct Utf8Step {
    char32_t codePoint = 0;
    size_t length = 1;
    bool valid = true;
};

Utf8Step utf8StepAt(std::string_view text, size_t at)
{
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    if (lead < 0x80)
        return {lead, 1, true};
    // Table 3-7 of the Unicode standard: the range of the second byte depends on the first.
    size_t length = 0;
    unsigned char low = 0x80, high = 0xBF;
    char32_t value = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2;
        value = lead & 0x1Fu;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        length = 3;
        value = lead & 0x0Fu;
        low = lead == 0xE0 ? 0xA0 : 0x80;
        high = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        value = lead & 0x07u;
        low = lead == 0xF0 ? 0x90 : 0x80;
        high = lead == 0xF4 ? 0x8F : 0xBF;
    } else {
        return {0, 1, false};
    }
    for (size_t i = 1; i < length; ++i) {
        if (at + i >= text.size() || byte(at + i) < low || byte(at + i) > high)
            return {0, i, false};
        value = (value << 6) | (byte(at + i) & 0x3Fu);
        low = 0x80;
        high = 0xBF;
    }
    return {value, length, true};
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<size_t> beforeLast, last, row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        beforeLast = std::move(last);
        last = row;
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
    }
    return row[b.size()];
}

/// Neither a control character nor one that ends a line or turns the direction of what follows.
bool isPrintable(char32_t c)
{
    const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    const bool layout = (c >= 0x200E && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return !control && !layout;
}

bool isTextSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

} // namespace

std::optional<size_t> firstInvalidUtf8(std::string_view text)
{
    for (size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            ++at;
            continue;
        }
        const Utf8Step step = utf8StepAt(text, at);
        if (!step.valid)
            return at;
        at += step.length;
    }
    return std::nullopt;
}

std::string toValidUtf8(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        const Utf8Step step = utf8StepAt(text, at);
        if (step.valid)
            out.append(text.substr(at, step.length));
        else
            out += "\xEF\xBF\xBD";
        at += step.length;
    }
    return out;
}

std::u32string decodeUtf8(std::string_view text)
{
    std::u32string out;
    out.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        const Utf8Step step = utf8StepAt(text, at);
        out += step.valid ? step.codePoint : U'\uFFFD';
        at += step.length;
    }
    return out;
}

void appendUtf8(std::string& out, char32_t codePoint)
{
    const auto add = [&](char32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
    if (codePoint < 0x80) {
        add(codePoint);
    } else if (codePoint < 0x800) {
        add(0xC0 | (codePoint >> 6));
        add(0x80 | (codePoint & 0x3F));
    } else if (codePoint < 0x10000) {
        add(0xE0 | (codePoint >> 12));
        add(0x80 | ((codePoint >> 6) & 0x3F));
        add(0x80 | (codePoint & 0x3F));
    } else {
        add(0xF0 | (codePoint >> 18));
        add(0x80 | ((codePoint >> 12) & 0x3F));
        add(0x80 | ((codePoint >> 6) & 0x3F));
        add(0x80 | (codePoint & 0x3F));
    }
}

std::string encodeUtf8(std::u32string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (const char32_t codePoint : text)
        appendUtf8(out, codePoint);
    return out;
}

size_t countCodePoints(std::string_view text)
{
    return static_cast<size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string shown(std::string_view foreign, size_t limit)
{
    std::string out;
    size_t width = 0, fits = 0;
    // No character takes more than four bytes: what lies behind them is not shown.
    for (const char32_t c : decodeUtf8(foreign.substr(0, 4 * limit + 4))) {
        std::string piece;
        if (isPrintable(c))
            appendUtf8(piece, c);
        else
            piece = c < 0x100 ? fmt::format("\\x{:02X}", uint32_t{c}) : fmt::format("\\u{:04X}", uint32_t{c});
        width += isPrintable(c) ? 1 : piece.size();
        if (width > limit) {
            out.resize(fits);
            return out + "…";
        }
        out += piece;
        if (width < limit)
            fits = out.size();
    }
    return out;
}

std::optional<std::string> nearestName(std::string_view given, const std::vector<std::string>& known)
{
    const std::string* best = nullptr;
    size_t bestDistance = 0;
    for (const std::string& name : known) {
        const size_t distance = editDistance(given, name);
        if (!best || distance < bestDistance) {
            best = &name;
            bestDistance = distance;
        }
    }
    // A third of the letters may differ; a name that begins with what was typed is meant as well.
    if (best && bestDistance * 3 <= std::max(given.size(), best->size()))
        return *best;
    for (const std::string& name : known)
        if (given.size() >= 3 && name.size() > given.size() && name.compare(0, given.size(), given) == 0)
            return name;
    return std::nullopt;
}

std::string trim(std::string_view text)
{
    while (!text.empty() && isTextSpace(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isTextSpace(text.back()))
        text.remove_suffix(1);
    return std::string(text);
}

std::string lowered(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    for (;;) {
        const size_t at = text.find(separator);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + 1);
    }
}

std::string shortest(double value)
{
    return fmt::format("{}", value);
}

std::string grouped(int64_t value)
{
    std::string digits = fmt::format("{}", value);
    const size_t first = digits[0] == '-' ? 1 : 0;
    for (size_t at = digits.size(); at > first + 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

std::string humanBytes(uint64_t bytes)
{
    static constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    double value = static_cast<double>(bytes);
    size_t unit = 0;
    while (unit + 1 < std::size(units) && value >= 999.5) {
        value /= 1000;
        ++unit;
    }
    if (unit == 0 || value >= 9.95)
        return fmt::format("{:.0f} {}", value, units[unit]);
    return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string humanDuration(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0)
        seconds = 0;
    const auto whole = static_cast<int64_t>(std::llround(std::min(seconds, 1e15)));
    const int64_t hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
    return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, rest) : fmt::format("{}:{:02}", minutes, rest);
}

std::optional<double> parseDouble(std::string_view text)
{
    if (!text.empty() && text.front() == '+')
        text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<int64_t> parseInteger(std::string_view text)
{
    if (!text.empty() && text.front() == '+')
        text.remove_prefix(1);
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

} // namespace fettle
