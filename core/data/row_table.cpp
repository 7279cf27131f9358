// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/row_table.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

std::string_view RowTable::text(int64_t row, bool withLineEnd) const
{
    const auto i = static_cast<size_t>(row);
    std::string_view text(m_text.data() + m_starts[i], m_starts[i + 1] - m_starts[i]);
    if (m_lineEnds[i] && !withLineEnd)
        text.remove_suffix(1);
    return text;
}

std::string_view RowTable::prompt(int64_t row) const
{
    const auto i = static_cast<size_t>(row);
    return {m_text.data() + m_starts[i], m_answers[i] - m_starts[i]};
}

std::string_view RowTable::answer(int64_t row) const
{
    const auto i = static_cast<size_t>(row);
    return {m_text.data() + m_answers[i], m_starts[i + 1] - m_answers[i]};
}

int64_t RowTable::numberInFile(int64_t row) const
{
    const auto next = std::upper_bound(m_fileStarts.begin(), m_fileStarts.end(), row);
    return next == m_fileStarts.begin() ? row + 1 : row - *(next - 1) + 1;
}

std::string RowTable::describe(int64_t row) const
{
    const auto next = std::upper_bound(m_fileStarts.begin(), m_fileStarts.end(), row);
    const auto file = static_cast<size_t>(next - m_fileStarts.begin());
    return fmt::format("{}, row {}", file == 0 ? std::string("data") : m_fileNames[file - 1], numberInFile(row));
}

size_t RowTable::fileOf(int64_t row) const
{
    const auto next = std::upper_bound(m_fileStarts.begin(), m_fileStarts.end(), row);
    return static_cast<size_t>(std::max<ptrdiff_t>(1, next - m_fileStarts.begin())) - 1;
}

void RowTable::beginFile(std::string name)
{
    m_fileNames.push_back(std::move(name));
    m_fileStarts.push_back(size());
}

void RowTable::reserveText(int64_t more)
{
    const size_t needed = m_text.size() + static_cast<size_t>(more);
    if (needed > m_text.capacity())
        m_text.reserve(std::max(needed, 2 * m_text.capacity()));
}

void RowTable::appendText(std::string_view text, bool lineEnd)
{
    m_text.append(text);
    if (lineEnd)
        m_text.push_back('\n');
    m_starts.push_back(m_text.size());
    m_lineEnds.push_back(lineEnd);
}

void RowTable::appendAnswered(std::string_view prompt, std::string_view answer)
{
    m_text.append(prompt);
    m_answers.push_back(m_text.size());
    appendText(answer, false);
}

void RowTable::appendLines(std::string text)
{
    // Every line ends with \n afterwards, in place.
    size_t out = 0;
    const uint64_t before = m_text.size();
    for (size_t at = 0; at < text.size(); ++at, ++out) {
        text[out] = text[at];
        if (text[at] != '\n' && text[at] != '\r')
            continue;
        if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n')
            ++at;
        text[out] = '\n';
        m_starts.push_back(before + out + 1);
        m_lineEnds.push_back(true);
    }
    text.resize(out);
    if (before + out > m_starts.back()) {
        m_starts.push_back(before + out);
        m_lineEnds.push_back(false);
    }
    if (m_text.empty())
        m_text = std::move(text);
    else
        m_text.append(text);
}

void RowTable::appendConversation(std::string_view messages)
{
    m_conversations = true;
    appendText(messages, false);
}

TokenColumns& RowTable::makeTokenized()
{
    m_tokenized = true;
    return m_tokens;
}

} // namespace fettle
