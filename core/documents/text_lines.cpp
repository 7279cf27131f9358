// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/text_lines.h"

#include <algorithm>

namespace fettle
{

void TextLines::put(std::string_view line)
{
    m_allowance.take(line.size() + 1);
    m_lines.append(line);
    m_lines.push_back('\n');
}

void TextLines::add(std::string_view text, Blanks blanks)
{
    if (m_open.empty())
        return;
    Paragraph& paragraph = m_open.back();
    m_allowance.take(text.size());
    for (const char c : text) {
        const bool isBlank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (isBlank && blanks == Blanks::Collapsed) {
            paragraph.blankWaits = !paragraph.atStart;
            continue;
        }
        if (paragraph.blankWaits)
            paragraph.text.push_back(' ');
        paragraph.blankWaits = false;
        paragraph.atStart = false;
        paragraph.text.push_back(c == '\n' || c == '\r' ? ' ' : c);
    }
}

void TextLines::addLines(std::string_view text)
{
    for (size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        add(text.substr(0, end), Blanks::Kept);
        breakLine(true);
        text.remove_prefix(end + 1);
    }
    add(text, Blanks::Kept);
}

void TextLines::breakLine(bool emptyToo)
{
    if (m_open.empty())
        return;
    if (emptyToo || !m_open.back().text.empty())
        put(m_open.back().text);
    m_open.back() = {};
}

void TextLines::end(bool emptyToo)
{
    if (m_open.empty())
        return;
    const Paragraph paragraph = std::move(m_open.back());
    m_open.pop_back();
    if (emptyToo || !paragraph.text.empty())
        put(paragraph.text);
}

void TextLines::joinFrom(size_t size)
{
    for (size_t at = size; at + 1 < m_lines.size(); ++at)
        if (m_lines[at] == '\n')
            m_lines[at] = '\t';
    if (m_lines.size() > size) { // empty cells at a row's end
        const size_t last = m_lines.find_last_not_of("\t\n");
        m_lines.resize(last == std::string::npos ? size : std::max(size, last + 1));
        m_lines += '\n';
    }
}

void TableRows::openCell()
{
    if (!m_open.empty())
        m_open.back().cell = m_lines.lines().size();
}

void TableRows::closeCell()
{
    if (m_open.empty())
        return;
    const std::string_view cell = m_lines.lines().substr(m_open.back().cell);
    if (std::count(cell.begin(), cell.end(), '\n') > 1)
        m_open.back().isOneLine = false;
}

void TableRows::closeRow()
{
    if (m_open.empty())
        return;
    if (m_open.back().isOneLine)
        m_lines.joinFrom(m_open.back().begin);
    m_open.pop_back();
}

} // namespace fettle
