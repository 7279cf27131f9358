// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/stop_strings.h"

#include "core/tokenizers/tokenizer.h"

#include <algorithm>

namespace fettle
{

StopStrings::StopStrings(const Tokenizer& tokenizer, std::vector<std::string> strings)
    : m_tokenizer(tokenizer), m_strings(std::move(strings))
{
    for (const std::string& text : m_strings)
        m_longest = std::max(m_longest, text.size());
}

bool StopStrings::areCompletedBy(std::span<const int64_t> tokens) const
{
    if (m_strings.empty() || tokens.empty())
        return false;
    // What is completed ends in the last token: no more than its own length stands before that.
    const std::string last = m_tokenizer.pieceBytes(static_cast<int32_t>(tokens.back()));
    std::string before;
    for (size_t back = 2; back <= std::min(tokens.size(), m_longest) && before.size() + 1 < m_longest; ++back)
        before.insert(0, m_tokenizer.pieceBytes(static_cast<int32_t>(tokens[tokens.size() - back])));
    const std::string text = before + last;
    return std::any_of(m_strings.begin(), m_strings.end(), [&](const std::string& wanted) {
        const size_t least = before.size() - std::min(before.size(), wanted.size() - 1);
        return text.find(wanted, least) != std::string::npos;
    });
}

} // namespace fettle
