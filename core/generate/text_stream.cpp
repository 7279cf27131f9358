// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/text_stream.h"

#include "core/tokenizers/tokenizer.h"

#include <algorithm>
#include <span>
#include <string_view>

namespace fettle
{

namespace
{

constexpr size_t contextTokens = 8; // enough for the neighbours that a token's text depends on
constexpr std::string_view kIncomplete = "\xEF\xBF\xBD";

/// The last tokens, from the start of a character on: a run of bytes that begins inside one may be unreadable as a
/// whole.
std::span<const int32_t> contextOf(const Tokenizer& tokenizer, std::span<const int32_t> tokens)
{
    constexpr size_t longestCharacter = 4;
    const size_t least = std::min(tokens.size(), contextTokens);
    for (size_t count = least; count <= std::min(tokens.size(), contextTokens + longestCharacter - 1); ++count)
        if (!tokenizer.decode(tokens.last(count), true).starts_with(kIncomplete))
            return tokens.last(count);
    return tokens.last(least);
}

} // namespace

TextStream::TextStream(const Tokenizer& tokenizer, const std::vector<int64_t>& prompt) : m_tokenizer(tokenizer)
{
    const std::vector<int32_t> ids(prompt.end() - std::ptrdiff_t(std::min(prompt.size(), 2 * contextTokens)),
                                   prompt.end());
    const auto context = contextOf(tokenizer, ids);
    m_window.assign(context.begin(), context.end());
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
    const std::string before = m_tokenizer.decode(std::span(m_window).first(m_given), true);
    std::string now = m_tokenizer.decode(m_window, true);
    if (now.size() <= before.size() || (!evenIncomplete && now.ends_with(kIncomplete)))
        return {};
    // A half character before the border reads differently once it is whole: give out from where both agree.
    const auto same = std::mismatch(before.begin(), before.end(), now.begin()).second;
    auto from = static_cast<size_t>(same - now.begin());
    while (from > 0 && (static_cast<unsigned char>(now[from]) & 0xC0) == 0x80)
        --from;
    m_given = m_window.size();
    if (m_window.size() > 2 * contextTokens) {
        const auto context = contextOf(m_tokenizer, m_window);
        m_window.erase(m_window.begin(), m_window.end() - std::ptrdiff_t(context.size()));
        m_given = m_window.size();
    }
    return now.substr(from);
}

} // namespace fettle
