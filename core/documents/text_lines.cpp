// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/text_lines.h"

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

} // namespace fettle
