// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/json_scanner.h"

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/data/source_readers.h"
#include "core/data/sources.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace fettle
{

namespace
{

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

} // namespace

void JsonScanner::fail(size_t position, const std::string& what, const std::string& hint) const
{
    position = std::min(position, m_content.size());
    if (m_wasTable)
        throw badInput(fmt::format("{}, row {}: {}", m_name, positionOf(m_content, position).line, what), hint, "data");
    throw badData(m_name, m_content, position, what, hint);
}

void JsonScanner::failHere() const
{
    const std::string_view rest = m_content.substr(std::min(m_at, m_content.size()));
    if (rest.starts_with("NaN") || rest.starts_with("Infinity") || rest.starts_with("-Infinity"))
        fail(m_at, "NaN and Infinity are not JSON.", "Write null instead.");
    fail(m_at, "this is not JSON.", "A row is one object, {\"text\": \"…\"}; JSON lines have one on every line.");
}

void JsonScanner::skipInLine()
{
    while (!atEnd() && (m_content[m_at] == ' ' || m_content[m_at] == '\t' || m_content[m_at] == '\r'))
        ++m_at;
}

void JsonScanner::skipBlanks()
{
    m_at = std::min(m_content.find_first_not_of(" \t\r\n", m_at), m_content.size());
}

bool JsonScanner::take(char c)
{
    skipBlanks();
    if (peek() != c)
        return false;
    ++m_at;
    return true;
}

void JsonScanner::require(char c)
{
    if (!take(c))
        failHere();
}

std::string JsonScanner::key()
{
    skipBlanks();
    if (peek() != '"')
        failHere();
    std::string name = string();
    require(':');
    return name;
}

char32_t JsonScanner::hexadecimal(size_t at) const
{
    unsigned value = 0;
    const char* first = m_content.data() + std::min(at, m_content.size());
    const char* last = m_content.data() + std::min(at + 4, m_content.size());
    if (last - first != 4 || std::from_chars(first, last, value, 16).ptr != last)
        fail(at, "this is not JSON: after \\u come four hexadecimal digits.");
    return value;
}

void JsonScanner::escape(std::string& text)
{
    const char c = m_at + 1 < m_content.size() ? m_content[m_at + 1] : '\0';
    constexpr std::string_view names = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    if (const size_t known = names.find(c); known != std::string_view::npos && c != '\0') {
        text.push_back(meant[known]);
        m_at += 2;
        return;
    }
    if (c != 'u')
        fail(m_at, "this is not JSON: there is no such escape.", "A backslash in a text is written twice.");
    char32_t point = hexadecimal(m_at + 2);
    m_at += 6;
    if (point >= 0xD800 && point <= 0xDBFF && m_content.substr(m_at).starts_with("\\u")) {
        const char32_t low = hexadecimal(m_at + 2);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
            m_at += 6;
        }
    }
    const bool isHalf = point >= 0xD800 && point <= 0xDFFF;
    m_replaced += isHalf;
    appendUtf8(text, isHalf ? char32_t{0xFFFD} : point);
}

std::string JsonScanner::string()
{
    std::string text;
    walkString(&text);
    return text;
}

void JsonScanner::walkString(std::string* text)
{
    const size_t opened = m_at++;
    std::string escaped;
    for (;;) {
        const size_t begin = m_at;
        m_at = std::min(m_content.find_first_of("\"\\\n", begin), m_content.size());
        if (text)
            text->append(m_content.substr(begin, m_at - begin));
        if (peek() == '"') {
            ++m_at;
            return;
        }
        if (peek() != '\\')
            fail(opened, "this is not JSON: this text is never closed.",
                 "Close it with a quote; a line end within a text is written \\n.");
        escaped.clear();
        escape(text ? *text : escaped);
    }
}

void JsonScanner::skipNumber()
{
    const size_t begin = m_at;
    const auto digits = [&] {
        if (!isDigit(peek()))
            failHere();
        while (isDigit(peek()))
            ++m_at;
    };
    if (peek() == '-')
        ++m_at;
    if (peek() == '0')
        ++m_at;
    else
        digits();
    if (peek() == '.') {
        ++m_at;
        digits();
    }
    if (peek() == 'e' || peek() == 'E') {
        ++m_at;
        if (peek() == '+' || peek() == '-')
            ++m_at;
        digits();
    }
    const std::string_view number = m_content.substr(begin, m_at - begin);
    double value = 1;
    const bool tiny = number.find("e-") != std::string_view::npos || number.find("E-") != std::string_view::npos ||
                      number.starts_with("0.") || number.starts_with("-0.");
    if (!tiny &&
        std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc::result_out_of_range)
        fail(begin, fmt::format("{}: no number is that large.", shown(number, 60)),
             "Write it as a text, or leave it out.");
}

void JsonScanner::skipWord(std::string_view word)
{
    if (!m_content.substr(m_at).starts_with(word))
        failHere();
    m_at += word.size();
}

std::string_view JsonScanner::skipValue()
{
    skipBlanks();
    const size_t begin = m_at;
    m_open.clear();
    do {
        skipBlanks();
        bool ended = true;
        switch (peek()) {
        case '{':
        case '[': {
            const char close = m_content[m_at++] == '{' ? '}' : ']';
            if (take(close))
                break;
            if (m_open.size() >= deepestJson)
                fail(begin, fmt::format("this value is nested more than {} deep.", deepestJson), "Leave it out.");
            m_open.push_back(close);
            if (close == '}')
                key();
            ended = false;
            break;
        }
        case '"':
            walkString(nullptr);
            break;
        case 't':
            skipWord("true");
            break;
        case 'f':
            skipWord("false");
            break;
        case 'n':
            skipWord("null");
            break;
        default:
            skipNumber();
        }
        // After a value: its brackets close, or the next one follows.
        while (ended && !m_open.empty()) {
            if (take(',')) {
                if (m_open.back() == '}')
                    key();
                ended = false;
            } else {
                require(m_open.back());
                m_open.pop_back();
            }
        }
    } while (!m_open.empty());
    return m_content.substr(begin, m_at - begin);
}

} // namespace fettle
