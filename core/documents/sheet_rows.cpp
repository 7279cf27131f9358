// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/sheet_rows.h"

#include <algorithm>

namespace fettle
{

void SheetRows::set(int64_t column, std::string_view value)
{
    if (value.empty() || column < m_width || column >= mostColumns)
        return;
    m_row.append(static_cast<size_t>(column - m_width + (m_width > 0 ? 1 : 0)), ',');
    m_first = std::min(m_first, column);
    m_width = column + 1;
    if (value.find_first_of(",\"\r\n \t;|'") == std::string_view::npos) {
        m_row.append(value);
        return;
    }
    m_row.push_back('"');
    for (const char c : value)
        m_row.append(c == '"' ? 2 : 1, c);
    m_row.push_back('"');
}

void SheetRows::endRow(int64_t times)
{
    for (int64_t i = 0; i < times && m_width > 0; ++i) {
        m_allowance.take(m_row.size() + sizeof(size_t) + sizeof(int64_t));
        m_starts.push_back(m_rows.size());
        m_rows.append(m_row);
        m_widths.push_back(m_width);
    }
    m_row.clear();
    m_width = 0;
}

std::string SheetRows::take()
{
    const int64_t width = m_widths.empty() ? 0 : *std::max_element(m_widths.begin(), m_widths.end());
    std::string out;
    for (size_t i = 0; i < m_widths.size(); ++i) {
        const size_t end = i + 1 < m_starts.size() ? m_starts[i + 1] : m_rows.size();
        const std::string_view row = std::string_view(m_rows).substr(m_starts[i], end - m_starts[i]);
        const auto missing = static_cast<size_t>(width - m_widths[i]);
        m_allowance.take(row.size() + missing + 1);
        out.append(row.substr(static_cast<size_t>(m_first))); // the columns before are empty: a comma each
        out.append(missing, ',');
        out.push_back('\n');
    }
    return out;
}

} // namespace fettle
