// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csv_structure.h"

#include "core/data/source_readers.h"

#include <fmt/format.h>

namespace fettle
{

namespace
{

/// Walks a delimited text record by record.
class CsvWalker
{
public:
    CsvWalker(const std::string& name, std::string_view content, char delimiter)
        : m_name(name), m_content(content), m_delimiter(delimiter)
    {
    }

    /// Field starts of the next record that is not empty; false at the end. Field texts go to `fields` if given.
    bool next(std::vector<size_t>& starts, std::vector<std::string>* fields)
    {
        while (m_at < m_content.size() && isLineEnd(m_content[m_at]))
            ++m_at;
        starts.clear();
        if (m_at >= m_content.size())
            return false;
        for (;;) {
            starts.push_back(m_at);
            std::string text = field();
            if (fields)
                fields->push_back(std::move(text));
            if (m_at >= m_content.size() || isLineEnd(m_content[m_at]))
                return true;
            ++m_at; // the delimiter
        }
    }
    size_t position() const { return m_at; }

private:
    static bool isLineEnd(char c) { return c == '\n' || c == '\r'; }

    std::string field()
    {
        std::string text;
        if (m_at < m_content.size() && m_content[m_at] == '"') {
            const size_t opened = m_at++;
            for (;;) {
                const size_t quote = m_content.find('"', m_at);
                if (quote == std::string_view::npos)
                    throw badData(m_name, m_content, opened, "this quote is never closed.",
                                  "Close it, or double it (\"\") where it is part of the text.");
                text.append(m_content.substr(m_at, quote - m_at));
                m_at = quote + 1;
                if (m_at >= m_content.size() || m_content[m_at] != '"')
                    break;
                text.push_back('"');
                ++m_at;
            }
        }
        while (m_at < m_content.size() && m_content[m_at] != m_delimiter && !isLineEnd(m_content[m_at]))
            text.push_back(m_content[m_at++]);
        return text;
    }

    const std::string& m_name;
    std::string_view m_content;
    char m_delimiter;
    size_t m_at = 0;
};

} // namespace

std::vector<std::string> checkCsvStructure(const std::string& name, std::string_view content, char delimiter)
{
    CsvWalker walker(name, content, delimiter);
    std::vector<std::string> columns;
    std::vector<size_t> starts;
    if (!walker.next(starts, &columns))
        return columns;
    while (walker.next(starts, nullptr)) {
        if (starts.size() == columns.size())
            continue;
        const bool more = starts.size() > columns.size();
        const size_t where = more ? starts[columns.size()] : walker.position();
        throw badData(name, content, where,
                      fmt::format("this row has {} columns, the first line {}.", starts.size(), columns.size()),
                      more ? "Put quotes around a text that holds the separator." : "Add what is missing.");
    }
    return columns;
}

} // namespace fettle
