// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csv_records.h"

#include <algorithm>

namespace fettle
{

CsvRecords::CsvRecords(std::string_view content, char separator, char quote)
    : m_content(content), m_separator(separator), m_quote(quote)
{
}

bool CsvRecords::next()
{
    while (m_at < m_content.size() && (m_content[m_at] == '\n' || m_content[m_at] == '\r'))
        ++m_at;
    m_fields.clear();
    if (m_at >= m_content.size())
        return false;
    for (;;) {
        m_fields.push_back(field());
        if (m_at >= m_content.size() || m_content[m_at] == '\n' || m_content[m_at] == '\r')
            return true;
        ++m_at; // the separator
    }
}

CsvField CsvRecords::field()
{
    CsvField field;
    field.begin = m_at;
    if (m_quote != 0 && m_at < m_content.size() && m_content[m_at] == m_quote) {
        field.quoted = true;
        for (++m_at;; m_at += 2) {
            const size_t quote = std::min(m_content.find(m_quote, m_at), m_content.size());
            m_at = quote;
            if (quote == m_content.size()) {
                field.closed = false;
                field.end = m_at;
                return field;
            }
            if (quote + 1 >= m_content.size() || m_content[quote + 1] != m_quote)
                break;
        }
        const std::string_view inside = m_content.substr(field.begin, m_at - field.begin);
        field.lineEnds = static_cast<size_t>(std::count(inside.begin(), inside.end(), '\n'));
        if (field.lineEnds == 0) // lines of an old Macintosh
            field.lineEnds = static_cast<size_t>(std::count(inside.begin(), inside.end(), '\r'));
        ++m_at;
    }
    const size_t rest = m_at;
    while (m_at < m_content.size() && !endsField(m_content[m_at]))
        ++m_at;
    field.end = m_at;
    field.clean = !field.quoted || m_content.substr(rest, m_at - rest).find_first_not_of(' ') == std::string_view::npos;
    return field;
}

std::string CsvRecords::text(const CsvField& field) const
{
    const std::string_view raw = m_content.substr(field.begin, field.end - field.begin);
    if (!field.quoted)
        return std::string(raw);
    std::string text;
    text.reserve(raw.size());
    for (size_t i = 1; i < raw.size(); ++i) {
        if (raw[i] != m_quote) {
            text.push_back(raw[i]);
        } else if (i + 1 < raw.size() && raw[i + 1] == m_quote) {
            text.push_back(m_quote);
            ++i;
        } else {
            text.append(raw.substr(i + 1)); // what follows the closing quote
            break;
        }
    }
    return text;
}

} // namespace fettle
