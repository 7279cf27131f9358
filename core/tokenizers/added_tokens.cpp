// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/added_tokens.h"

#include "core/tokenizers/unicode.h"

#include <algorithm>

namespace fettle
{

namespace
{

bool touchesWord(std::string_view text, size_t begin, size_t end)
{
    const auto& classes = unicode::classes();
    size_t before = begin, after = end;
    return (begin > 0 && (classes[unicode::previousCodePoint(text, before)] & unicode::Word)) ||
           (end < text.size() && (classes[unicode::nextCodePoint(text, after)] & unicode::Word));
}

size_t spacesBefore(std::string_view text, size_t begin)
{
    while (begin > 0) {
        size_t at = begin;
        if (!(unicode::classes()[unicode::previousCodePoint(text, at)] & unicode::Space))
            break;
        begin = at;
    }
    return begin;
}

size_t spacesAfter(std::string_view text, size_t end)
{
    while (end < text.size()) {
        size_t at = end;
        if (!(unicode::classes()[unicode::nextCodePoint(text, at)] & unicode::Space))
            break;
        end = at;
    }
    return end;
}

/// The matches in `text`, one after the other. A token of which nothing is left (`blank`) is found between all bytes
/// where no other one begins, as the reference's automaton finds it.
class Matches
{
public:
    Matches(const TextFinder& finder, std::optional<uint32_t> blank, std::string_view text)
        : m_finder(finder), m_blank(blank), m_text(text), m_ahead(finder.next(text, 0))
    {
    }
    std::optional<TextFinder::Match> next()
    {
        std::optional<TextFinder::Match> found = from(m_end);
        if (found && found->end == m_end && !m_isFirst) // an empty one may not follow a match at once
            found = from(m_end + 1);
        if (found)
            m_end = found->end;
        m_isFirst = false;
        return found;
    }

private:
    std::optional<TextFinder::Match> from(size_t begin)
    {
        if (m_ahead && m_ahead->begin < begin)
            m_ahead = m_finder.next(m_text, begin);
        if (m_blank && begin <= m_text.size() && !(m_ahead && m_ahead->begin == begin))
            return TextFinder::Match{begin, begin, *m_blank};
        return m_ahead;
    }

    const TextFinder& m_finder;
    std::optional<uint32_t> m_blank;
    std::string_view m_text;
    std::optional<TextFinder::Match> m_ahead; ///< of the finder, searched for once however many empty ones come before
    size_t m_end = 0;                         ///< of the last match
    bool m_isFirst = true;
};

} // namespace

AddedTokens::AddedTokens(std::vector<AddedToken> tokens,
                         const std::function<std::string(const std::string&)>& normalize)
{
    for (AddedToken& token : tokens) {
        if (token.content.empty() || token.id < 0)
            continue;
        if (const auto known = m_byContent.find(token.content); known != m_byContent.end()) {
            m_tokens[known->second] = token;
            m_byId[token.id] = known->second;
            continue;
        }
        m_byContent[token.content] = m_tokens.size();
        m_byId[token.id] = m_tokens.size();
        m_tokens.push_back(std::move(token));
    }
    std::array<std::vector<TextFinder::Pattern>, 2> patterns;
    for (size_t i = 0; i < m_tokens.size(); ++i) {
        const AddedToken& token = m_tokens[i];
        std::string text = token.normalized && normalize ? normalize(token.content) : token.content;
        if (!text.empty())
            patterns[token.normalized].push_back({std::move(text), uint32_t(i)});
        else if (!m_blank)
            m_blank = uint32_t(i);
    }
    for (size_t i = 0; i < patterns.size(); ++i)
        m_finders[i] = TextFinder(patterns[i]);
}

void AddedTokens::split(std::string_view text, bool normalized, std::vector<TextPart>& parts) const
{
    parts.clear();
    size_t done = 0;
    // What a rejected match covers is not searched again, as in the reference; and white space that one token has
    // swallowed may still be found as another.
    Matches matches(m_finders[normalized], normalized ? m_blank : std::nullopt, text);
    while (const auto found = matches.next()) {
        const AddedToken& token = m_tokens[found->pattern];
        size_t begin = found->begin, end = found->end;
        if (begin < text.size() && !unicode::startsCharacter(text[begin])) // an empty one: the reference gives up
            continue;
        if (token.singleWord && touchesWord(text, begin, end))
            continue;
        if (token.stripLeft)
            begin = std::max(spacesBefore(text, begin), done);
        if (token.stripRight)
            end = spacesAfter(text, end);
        if (begin > end) // within white space that the token before has swallowed: likewise
            continue;
        if (done < begin)
            parts.push_back({done, begin, -1});
        if (begin < end) // else the token before has swallowed all of it, or it is empty
            parts.push_back({begin, end, token.id});
        done = end;
    }
    if (done < text.size())
        parts.push_back({done, text.size(), -1});
}

const AddedToken* AddedTokens::byId(int32_t id) const
{
    const auto found = m_byId.find(id);
    return found == m_byId.end() ? nullptr : &m_tokens[found->second];
}

const AddedToken* AddedTokens::byContent(std::string_view content) const
{
    const auto found = m_byContent.find(std::string(content));
    return found == m_byContent.end() ? nullptr : &m_tokens[found->second];
}

} // namespace fettle
