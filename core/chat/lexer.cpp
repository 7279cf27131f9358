// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/lexer.h"

#include "core/base/text.h"
#include "core/chat/python_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace fettle::jinja
{

namespace
{

constexpr size_t longestName = 255;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isNameCharacter(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Every line end as \n, and the last one left out, as Jinja reads a source.
std::string normalized(std::string_view text)
{
    std::string result;
    for (size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\r')
            result += text[at];
        else if (at + 1 == text.size() || text[at + 1] != '\n')
            result += '\n';
    }
    if (result.ends_with('\n'))
        result.pop_back();
    return result;
}

class Lexer
{
public:
    Lexer(std::string_view text, const std::string& source) : m_text(normalized(text)), m_source(source) {}

    std::vector<Token> read()
    {
        while (m_at < m_text.size())
            readRoot();
        add(TokenType::End, "");
        return std::move(m_tokens);
    }

private:
    std::string_view rest() const { return std::string_view(m_text).substr(m_at); }
    bool startsWith(std::string_view word) const { return rest().starts_with(word); }
    [[noreturn]] void fail(const std::string& what) const { throw templateError(m_source, m_line, what); }

    void advance(size_t bytes)
    {
        m_line += static_cast<int>(std::count(m_text.begin() + m_at, m_text.begin() + m_at + bytes, '\n'));
        m_at += bytes;
    }
    void skipSpace() { advance(rest().size() - python::strip(rest(), python::Left).size()); }
    void add(TokenType type, std::string_view text) { m_tokens.push_back({type, std::string(text), m_line}); }

    /// Text up to the next tag, and that tag.
    void readRoot()
    {
        size_t tag = m_at;
        while ((tag = m_text.find('{', tag)) != std::string::npos &&
               std::string_view("%{#").find(tag + 1 < m_text.size() ? m_text[tag + 1] : ' ') == std::string_view::npos)
            ++tag;
        if (tag == std::string::npos) {
            add(TokenType::Data, rest());
            return advance(rest().size());
        }
        const char kind = m_text[tag + 1];
        const char sign = tag + 2 < m_text.size() ? m_text[tag + 2] : ' ';
        addText(tag, sign, kind != '{');
        advance(sign == '-' || sign == '+' ? 3 : 2);
        if (kind == '#')
            readComment();
        else if (kind == '{')
            readTag(TokenType::VariableBegin, TokenType::VariableEnd, "}}");
        else if (!readRaw())
            readTag(TokenType::BlockBegin, TokenType::BlockEnd, "%}");
    }

    /// The text before a tag at `end`: "-" takes all white space off its end, and lstrip_blocks that of a line on
    /// which nothing stands before a block.
    void addText(size_t end, char sign, bool isBlock)
    {
        std::string_view text = std::string_view(m_text).substr(m_at, end - m_at);
        if (sign == '-') {
            text = python::strip(text, python::Right);
        } else if (sign != '+' && isBlock) {
            const size_t line = text.rfind('\n') + 1; // npos + 1: the beginning
            if ((line > 0 || m_atLineStart) && python::strip(text.substr(line)).empty())
                text = text.substr(0, line);
        }
        if (!text.empty())
            add(TokenType::Data, text);
        advance(end - m_at);
    }

    /// What ends a tag: an end with a sign in front, and the white space that it takes along.
    bool readEnd(std::string_view end, bool isBlock)
    {
        const char sign = m_at < m_text.size() ? m_text[m_at] : ' ';
        const bool isSigned = sign == '-' || (sign == '+' && isBlock);
        if (!rest().substr(isSigned ? 1 : 0).starts_with(end))
            return false;
        const size_t begin = m_at;
        advance(end.size() + (isSigned ? 1 : 0));
        if (sign == '-')
            skipSpace();
        else if (!isSigned && isBlock && startsWith("\n")) // trim_blocks
            advance(1);
        m_atLineStart = m_at > begin && m_text[m_at - 1] == '\n';
        return true;
    }

    void readComment()
    {
        const size_t end = m_text.find("#}", m_at);
        if (end == std::string::npos)
            fail("a comment is opened with {# and never closed");
        const bool isSigned = end > m_at && (m_text[end - 1] == '-' || m_text[end - 1] == '+');
        advance(end - (isSigned ? 1 : 0) - m_at);
        readEnd("#}", true);
    }

    /// {% raw %} … {% endraw %}, where that begins here.
    bool readRaw()
    {
        const size_t begin = m_at;
        const int line = m_line;
        skipSpace();
        if (startsWith("raw")) {
            advance(3);
            skipSpace();
            if (startsWith("-%}") || startsWith("%}")) {
                const bool strips = startsWith("-");
                advance(strips ? 3 : 2); // trim_blocks is not for raw
                if (strips)
                    skipSpace();
                m_atLineStart = m_text[m_at - 1] == '\n';
                readRawBody(line);
                return true;
            }
        }
        m_at = begin;
        m_line = line;
        return false;
    }
    void readRawBody(int line)
    {
        for (size_t tag = m_at; (tag = m_text.find("{%", tag)) != std::string::npos; ++tag) {
            const char sign = tag + 2 < m_text.size() ? m_text[tag + 2] : ' ';
            const size_t begin = tag + (sign == '-' || sign == '+' ? 3 : 2);
            std::string_view word = python::strip(std::string_view(m_text).substr(begin), python::Left);
            if (!word.starts_with("endraw"))
                continue;
            word = python::strip(word.substr(6), python::Left);
            const size_t after = m_text.size() - word.size();
            if (!word.starts_with("%}") && !word.starts_with("-%}") && !word.starts_with("+%}"))
                continue;
            addText(tag, sign, true);
            advance(after - m_at);
            readEnd("%}", true);
            return;
        }
        throw templateError(m_source, line, "{% raw %} is never closed");
    }

    void readTag(TokenType begin, TokenType end, std::string_view closing)
    {
        add(begin, "");
        std::string open; // brackets that wait for their ends
        for (;;) {
            if (open.empty() && readEnd(closing, end == TokenType::BlockEnd))
                return add(end, closing);
            if (m_at == m_text.size())
                fail(fmt::format("the template ends inside a tag: {} is missing", closing));
            const char c = m_text[m_at];
            if (static_cast<unsigned char>(c) >= 0x80 || python::isSpace(static_cast<unsigned char>(c)))
                readSpace();
            else if (isDigit(c))
                readNumber();
            else if (isNameCharacter(c))
                readName();
            else if (c == '\'' || c == '"')
                readString(c);
            else
                readOperator(open);
        }
    }

    void readSpace()
    {
        const size_t before = m_at;
        skipSpace();
        if (m_at == before)
            fail(fmt::format("the character {} is not expected", shown(rest().substr(0, 4), 1)));
    }

    void readName()
    {
        const std::string_view all = rest();
        const size_t length = std::find_if_not(all.begin(), all.end(), isNameCharacter) - all.begin();
        if (length > longestName)
            fail("a name of more than 255 letters");
        add(TokenType::Name, all.substr(0, length));
        advance(length);
    }

    /// Digits with single underscores between them.
    size_t digitsAt(size_t at) const
    {
        const size_t begin = at;
        while (at < m_text.size() &&
               (isDigit(m_text[at]) || (m_text[at] == '_' && at > begin && at + 1 < m_text.size() &&
                                        isDigit(m_text[at - 1]) && isDigit(m_text[at + 1]))))
            ++at;
        return at - begin;
    }
    void readNumber()
    {
        size_t end = m_at + digitsAt(m_at);
        bool isFloat = false;
        const bool mayBeFloat = m_at == 0 || m_text[m_at - 1] != '.';
        if (mayBeFloat && end < m_text.size() && m_text[end] == '.' && digitsAt(end + 1) > 0) {
            isFloat = true;
            end += 1 + digitsAt(end + 1);
        }
        if (mayBeFloat && end < m_text.size() && (m_text[end] == 'e' || m_text[end] == 'E')) {
            const size_t exponent =
                end + 1 + (end + 1 < m_text.size() && (m_text[end + 1] == '+' || m_text[end + 1] == '-'));
            if (digitsAt(exponent) > 0) {
                isFloat = true;
                end = exponent + digitsAt(exponent);
            }
        }
        std::string digits = m_text.substr(m_at, end - m_at);
        std::erase(digits, '_');
        add(isFloat ? TokenType::Float : TokenType::Integer, digits);
        advance(end - m_at);
    }

    void readString(char quote)
    {
        const int line = m_line;
        std::string value;
        for (advance(1); m_at < m_text.size() && m_text[m_at] != quote;) {
            if (m_text[m_at] == '\\') {
                readEscape(value);
            } else {
                value += m_text[m_at];
                advance(1);
            }
        }
        if (m_at == m_text.size())
            throw templateError(m_source, line, fmt::format("a text is opened with {} and never closed", quote));
        advance(1);
        m_tokens.push_back({TokenType::String, std::move(value), line});
    }
    /// Python's escapes in texts.
    void readEscape(std::string& value)
    {
        advance(1);
        const char c = m_at < m_text.size() ? m_text[m_at] : '\0';
        static constexpr std::string_view letters = "\n\\'\"abfnrtv";
        static constexpr std::array<const char*, 11> meanings = {"",   "\\", "'",  "\"", "\a", "\b",
                                                                 "\f", "\n", "\r", "\t", "\v"};
        if (const size_t at = letters.find(c); at != std::string_view::npos && c != '\0') {
            value += meanings[at];
            advance(1);
        } else if (c >= '0' && c <= '7') {
            size_t digits = 1;
            while (digits < 3 && m_at + digits < m_text.size() && m_text[m_at + digits] >= '0' &&
                   m_text[m_at + digits] <= '7')
                ++digits;
            readCodePoint(value, digits, 8);
        } else if (c == 'x' || c == 'u' || c == 'U') {
            advance(1);
            readCodePoint(value, c == 'x' ? 2 : c == 'u' ? 4 : 8, 16);
        } else if (c == 'N' || static_cast<unsigned char>(c) >= 0x80) {
            fail(fmt::format("the escape \\{} in a text is not supported", shown(rest().substr(0, 4), 1)));
        } else {
            value += '\\'; // no escape: both characters stand
        }
    }
    void readCodePoint(std::string& value, size_t digits, int base)
    {
        const std::string_view written = rest().substr(0, digits);
        uint32_t codePoint = 0;
        const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), codePoint, base);
        if (error != std::errc() || written.size() < digits || end != written.data() + digits || codePoint > 0x10FFFF ||
            (codePoint >= 0xD800 && codePoint < 0xE000))
            fail(fmt::format("the escape {} in a text is no character", shown(written)));
        appendUtf8(value, codePoint);
        advance(digits);
    }

    void readOperator(std::string& open)
    {
        static constexpr std::string_view all[] = {"//", "**", "==", "!=", ">=", "<=", "+", "-", "/",
                                                   "*",  "%",  "~",  "[",  "]",  "(",  ")", "{", "}",
                                                   ">",  "<",  "=",  ".",  ":",  "|",  ",", ";"};
        const auto found =
            std::find_if(std::begin(all), std::end(all), [&](std::string_view o) { return startsWith(o); });
        if (found == std::end(all))
            fail(fmt::format("the character {} is not expected", shown(rest().substr(0, 1))));
        if (const size_t at = std::string_view("([{").find(*found); at != std::string_view::npos)
            open += ")]}"[at];
        if (std::string_view(")]}").find(*found) != std::string_view::npos) {
            if (open.empty() || open.back() != found->front())
                fail(fmt::format("{} closes nothing that is open", *found));
            open.pop_back();
        }
        add(TokenType::Operator, *found);
        advance(found->size());
    }

    std::string m_text;
    const std::string& m_source;
    size_t m_at = 0;
    int m_line = 1;
    bool m_atLineStart = true;
    std::vector<Token> m_tokens;
};

} // namespace

Error templateError(const std::string& source, int line, const std::string& what)
{
    return badInput(fmt::format("{}, line {}: {}", source, line, what),
                    "This is what the model's chat template says; a prompt without it works all the same.", "model");
}

std::vector<Token> readTokens(std::string_view text, const std::string& source)
{
    return Lexer(text, source).read();
}

} // namespace fettle::jinja
