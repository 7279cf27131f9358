// SPDX-License-Identifier: GPL-3.0-or-later
// As docs.python.org/3/reference/lexical_analysis.html has it.
#include "core/arguments/python_tokens.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

using Kind = PythonToken::Kind;

bool startsName(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 128;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

class ScriptLexer
{
public:
    ScriptLexer(std::string_view text, const std::string& name) : m_text(text), m_name(name) {}

    std::vector<PythonToken> read()
    {
        while (m_at < m_text.size())
            step();
        add(Kind::Newline, m_at);
        add(Kind::End, m_at);
        return std::move(m_tokens);
    }

private:
    char peek(size_t ahead = 0) const { return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0'; }

    void step()
    {
        const char c = peek();
        if (c == '\n')
            endLine();
        else if (c == ' ' || c == '\t' || c == '\r' || c == '\f')
            ++m_at;
        else if (c == '#')
            m_at = std::min(m_text.find('\n', m_at), m_text.size());
        else if (c == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n')))
            m_at = m_text.find('\n', m_at) + 1, ++m_line;
        else if (const size_t prefix = stringPrefix(); peek(prefix) == '"' || peek(prefix) == '\'')
            readString(prefix);
        else if (startsName(c))
            take(Kind::Name, [](char next) { return startsName(next) || isDigit(next); });
        else if (isDigit(c) || (c == '.' && isDigit(peek(1))))
            readNumber();
        else
            readOperator();
    }

    void endLine()
    {
        if (m_depth == 0)
            add(Kind::Newline, m_at);
        ++m_at;
        ++m_line;
    }

    void add(Kind kind, size_t begin, std::string text = {}, int line = 0)
    {
        const bool starts = m_tokens.empty() || m_tokens.back().kind == Kind::Newline;
        if (starts && kind == Kind::Newline)
            return; // an empty line
        const bool indented = starts ? begin > 0 && m_text[begin - 1] != '\n' : m_tokens.back().indented;
        m_tokens.push_back({kind, std::move(text), line == 0 ? m_line : line, indented, begin, m_at});
    }

    template <typename Goes>
    void take(Kind kind, Goes goesOn)
    {
        const size_t begin = m_at;
        while (m_at < m_text.size() && goesOn(m_text[m_at]))
            ++m_at;
        add(kind, begin, std::string(m_text.substr(begin, m_at - begin)));
    }

    void readNumber()
    {
        char last = '\0';
        const bool isHex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
        take(Kind::Number, [&](char next) {
            const bool sign = (next == '+' || next == '-') && (last == 'e' || last == 'E') && !isHex;
            last = next;
            return isDigit(next) || startsName(next) || next == '.' || sign;
        });
    }

    void readOperator()
    {
        static constexpr std::string_view longOnes[] = {"**=", "//=", "...", "->", ":=", "==", "!=", "<=", ">=",
                                                        "+=",  "-=",  "*=",  "/=", "%=", "|=", "&=", "**", "//"};
        const size_t begin = m_at;
        const auto found = std::find_if(std::begin(longOnes), std::end(longOnes),
                                        [&](std::string_view each) { return m_text.substr(m_at).starts_with(each); });
        m_at += found == std::end(longOnes) ? 1 : found->size();
        const char c = m_text[begin];
        if (c == '(' || c == '[' || c == '{')
            ++m_depth;
        else if ((c == ')' || c == ']' || c == '}') && m_depth > 0)
            --m_depth;
        if (c == ';' && m_depth == 0)
            add(Kind::Newline, begin);
        else
            add(Kind::Operator, begin, std::string(m_text.substr(begin, m_at - begin)));
    }

    /// Letters before a quote that belong to the string: r, b, u, f and their pairs.
    size_t stringPrefix() const
    {
        static constexpr std::string_view letters = "rbuftRBUFT";
        size_t count = 0;
        while (count < 2 && letters.find(peek(count)) != std::string_view::npos && peek(count) != '\0')
            ++count;
        return count;
    }

    void readString(size_t prefix)
    {
        const size_t begin = m_at;
        const int line = m_line;
        const std::string kinds = lowered(m_text.substr(m_at, prefix));
        const bool raw = kinds.find('r') != std::string::npos;
        const bool made = kinds.find_first_of("ft") != std::string::npos;
        m_at += prefix;
        const std::string_view quote =
            m_text.substr(m_at, m_text.substr(m_at).starts_with(std::string(3, peek())) ? 3 : 1);
        m_at += quote.size();
        std::string value;
        while (!m_text.substr(m_at).starts_with(quote)) {
            if (m_at >= m_text.size() || (peek() == '\n' && quote.size() == 1))
                throw badInput(fmt::format("{}, line {}: a string begins here that does not end.", m_name, line),
                               "Is it a Python script? It is read as text.");
            if (peek() == '\\' && !raw)
                unescape(value);
            else
                copyCharacter(value, raw);
        }
        m_at += quote.size();
        add(made ? Kind::FString : Kind::String, begin, std::move(value), line);
    }

    void copyCharacter(std::string& value, bool raw)
    {
        m_line += peek() == '\n';
        if (raw && peek() == '\\' && m_at + 1 < m_text.size())
            value += m_text[m_at++]; // and what stands after it ends no string
        value += m_text[m_at++];
    }

    void unescape(std::string& value)
    {
        static constexpr std::string_view names = "abfnrtv\\'\"0", meant = {"\a\b\f\n\r\t\v\\'\"\0", 11};
        const char c = peek(1);
        const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        m_at += 2;
        if (c == '\n') {
            ++m_line;
        } else if (digits > 0 && m_at + digits <= m_text.size()) {
            char32_t code = 0;
            for (const char digit : lowered(m_text.substr(m_at, digits)))
                code = code * 16 + static_cast<char32_t>(isDigit(digit) ? digit - '0' : (digit - 'a' + 10) & 15);
            appendUtf8(value, code < 0x110000 && (code < 0xD800 || code > 0xDFFF) ? code : U'\uFFFD');
            m_at += digits;
        } else if (const size_t which = names.find(c); which != std::string_view::npos && c != '\0') {
            value += meant[which];
        } else { // as Python: it stays
            value += '\\';
            --m_at;
        }
    }

    std::string_view m_text;
    const std::string& m_name;
    std::vector<PythonToken> m_tokens;
    size_t m_at = 0;
    int m_line = 1, m_depth = 0;
};

} // namespace

std::vector<PythonToken> pythonTokens(std::string_view text, const std::string& name)
{
    return ScriptLexer(text, name).read();
}

} // namespace fettle
