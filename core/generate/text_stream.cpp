// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/text_stream.h"

#include "core/tokenizers/tokenizer.h"

#include <algorithm>

namespace fettle
{

namespace
{

constexpr size_t contextTokens = 8; // enough for the neighbours that a token's text depends on

} // namespace

TextStream::TextStream(const Tokenizer& tokenizer, const std::vector<int64_t>& prompt) : m_tokenizer(tokenizer)
{
    for (size_t i = prompt.size() - std::min(prompt.size(), contextTokens); i < prompt.size(); ++i)
        m_window.push_back(static_cast<int32_t>(prompt[i]));
    m_given = m_window.size();
}

std::string TextStream::add(int32_t id)
{
    if (m_tokenizer.isSpecial(id))
        return {};
    m_window.push_back(id);
    return grown(false);
}

std::string TextStream::finish()
{
    return grown(true);
}

std::string TextStream::grown(bool evenIncomplete)
{
    static constexpr std::string_view incomplete = "\xEF\xBF\xBD";
    const std::string before = m_tokenizer.decode(std::span(m_window).first(m_given), true);
    std::string now = m_tokenizer.decode(m_window, true);
    if (now.size() <= before.size() || (!evenIncomplete && now.ends_with(incomplete)))
        return {};
    // A half character before the border reads differently once it is whole: give out from where both agree.
    const auto same = std::mismatch(before.begin(), before.end(), now.begin()).second;
    auto from = static_cast<size_t>(same - now.begin());
    while (from > 0 && (static_cast<unsigned char>(now[from]) & 0xC0) == 0x80)
        --from;
    m_given = m_window.size();
    if (m_window.size() > 2 * contextTokens) {
        m_window.erase(m_window.begin(), m_window.end() - contextTokens);
        m_given = m_window.size();
    }
    return now.substr(from);
}

} // namespace fettle
