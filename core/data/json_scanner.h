// SPDX-License-Identifier: GPL-3.0-or-later
// Walks the rows of JSON value by value in linear time, with positions for messages; no tree is built and nothing is
// recursive. The other reader, for all that is not rows, is base/json.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fettle
{

class JsonScanner
{
public:
    /// `content` is valid UTF-8; `name` is the file's, for messages. What is not JSON throws BadInput with line and
    /// column; `wasTable`: with the row, where the lines were made of another table's rows.
    JsonScanner(const std::string& name, std::string_view content, bool wasTable = false)
        : m_name(name), m_content(content), m_wasTable(wasTable)
    {
    }

    size_t position() const { return m_at; }
    void moveTo(size_t position) { m_at = position; }
    bool atEnd() const { return m_at >= m_content.size(); }
    /// The next character, 0 at the end.
    char peek() const { return atEnd() ? '\0' : m_content[m_at]; }
    void skipBlanks();
    /// Blanks of this line only.
    void skipInLine();
    /// Skips blanks, then `c` where it is the next character.
    bool take(char c);
    /// take() or an error.
    void require(char c);
    /// Half of a surrogate pair, which JSON allows and no text can hold, becomes U+FFFD.
    std::string string();
    /// How many halves became U+FFFD so far, in values that were skipped too.
    int64_t replaced() const { return m_replaced; }
    /// A key and its colon.
    std::string key();
    /// Any value, checked; its text.
    std::string_view skipValue();
    [[noreturn]] void fail(size_t position, const std::string& what, const std::string& hint = {}) const;
    [[noreturn]] void failHere() const;

private:
    /// Appends it to `text`, where there is one.
    void walkString(std::string* text);
    void skipNumber();
    void skipWord(std::string_view word);
    char32_t hexadecimal(size_t at) const;
    void escape(std::string& text);

    const std::string& m_name;
    std::string_view m_content;
    size_t m_at = 0;
    int64_t m_replaced = 0;
    bool m_wasTable;
    std::string m_open; ///< brackets that are open in skipValue
};

} // namespace fettle
