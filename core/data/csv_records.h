// SPDX-License-Identifier: GPL-3.0-or-later
// Walks a delimited text record by record (RFC 4180, as pandas reads it); nothing is copied until a text is asked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

struct CsvField {
    size_t begin = 0, end = 0; ///< in the content, quotes included
    bool quoted = false;
    bool closed = true;  ///< false: the quote at `begin` is never closed
    bool clean = true;   ///< false: more text follows the closing quote
    size_t lineEnds = 0; ///< within the quotes
};

class CsvRecords
{
public:
    /// `separator` or `quote` 0: there is none.
    CsvRecords(std::string_view content, char separator, char quote);

    /// Moves to the next record; lines with nothing on them are none. False at the end.
    bool next();
    const std::vector<CsvField>& fields() const { return m_fields; }
    /// The field's text without its quotes; doubled quotes are one.
    std::string text(const CsvField& field) const;
    /// Where the current record ends.
    size_t position() const { return m_at; }

private:
    bool endsField(char c) const { return c == '\n' || c == '\r' || (m_separator != 0 && c == m_separator); }
    CsvField field();

    std::string_view m_content;
    char m_separator, m_quote;
    size_t m_at = 0;
    std::vector<CsvField> m_fields;
};

} // namespace fettle
