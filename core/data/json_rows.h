// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a JSON file: objects one after another (JSON lines), in an array, or in the one array of an object.
#pragma once

#include "core/data/json_scanner.h"

#include <string>
#include <string_view>

namespace fettle
{

class JsonRows
{
public:
    /// `lines`: JSON lines, else one JSON value. Texts in an array are rows of one column called "text". `wasTable`:
    /// lines that were made of another table's rows, which messages then name.
    JsonRows(const std::string& name, std::string_view content, bool lines, bool wasTable = false);

    /// Moves to the next row; false at the end.
    bool next();
    /// Calls `member(key)` for every member of the row, in order, the scanner standing before the value, which `member`
    /// must consume.
    template <typename Member>
    void forEach(Member&& member);
    JsonScanner& scanner() { return m_scanner; }
    /// Where the current row begins.
    size_t position() const { return m_row; }
    /// The key of the array in an object, where it is one.
    const std::string& arrayKey() const { return m_arrayKey; }

private:
    void enterObject();
    /// Whether the value here is an array of objects or texts.
    bool holdsRows();
    [[noreturn]] void refuse() const;

    /// Where the rows are: one after another, elements of the array that the scanner is in, or the one object there is.
    enum class Form { Lines, Array, Single };

    JsonScanner m_scanner;
    Form m_form;
    bool m_first = true, m_done = false;
    size_t m_row = 0;
    std::string m_arrayKey;
};

template <typename Member>
void JsonRows::forEach(Member&& member)
{
    if (m_scanner.peek() == '"') { // a text in an array
        member(std::string("text"));
        return;
    }
    m_scanner.require('{');
    if (m_scanner.take('}'))
        return;
    do {
        const std::string key = m_scanner.key();
        m_scanner.skipBlanks();
        member(key);
    } while (m_scanner.take(','));
    m_scanner.require('}');
}

} // namespace fettle
