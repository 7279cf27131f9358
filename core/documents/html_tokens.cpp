// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/html_tokens.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fettle
{

namespace
{

bool isHtmlBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool isAsciiLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Elements whose content holds no tags.
bool isRawElement(std::string_view name)
{
    static constexpr std::array<std::string_view, 8> names{"script", "style",  "title",   "textarea",
                                                           "xmp",    "iframe", "noembed", "noframes"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Walks the attributes of a tag, from behind its name to behind its ">"; `take(name, value)` gets each as written.
/// Returns where it ended; npos where the tag is never closed.
template <typename Take>
size_t walkAttributes(std::string_view html, size_t at, Take&& take)
{
    const auto skipBlanks = [&] {
        while (at < html.size() && isHtmlBlank(html[at]))
            ++at;
    };
    while (true) {
        while (at < html.size() && (isHtmlBlank(html[at]) || html[at] == '/'))
            ++at;
        if (at >= html.size())
            return std::string_view::npos;
        if (html[at] == '>')
            return at + 1;
        const size_t begin = at++; // "=" may begin a name
        while (at < html.size() && !isHtmlBlank(html[at]) && html[at] != '=' && html[at] != '>' && html[at] != '/')
            ++at;
        const std::string_view name = html.substr(begin, at - begin);
        skipBlanks();
        std::string_view value;
        if (at < html.size() && html[at] == '=') {
            ++at;
            skipBlanks();
            if (at < html.size() && (html[at] == '"' || html[at] == '\'')) {
                const size_t end = html.find(html[at], at + 1);
                if (end == std::string_view::npos)
                    return end;
                value = html.substr(at + 1, end - at - 1);
                at = end + 1;
            } else {
                const size_t from = at;
                while (at < html.size() && !isHtmlBlank(html[at]) && html[at] != '>')
                    ++at;
                value = html.substr(from, at - from);
            }
        }
        take(name, value);
    }
}

} // namespace

void HtmlTokens::skipPast(std::string_view mark)
{
    const size_t found = m_html.find(mark, m_at);
    m_at = found == std::string_view::npos ? m_html.size() : found + mark.size();
}

void HtmlTokens::takeText(size_t end, bool isRaw)
{
    const std::string_view text = m_html.substr(m_at, end - m_at);
    m_text = isRaw ? std::string(text) : withoutCharacterReferences(text);
    m_at = end;
}

bool HtmlTokens::takeTag()
{
    size_t at = m_at + 1;
    m_closes = at < m_html.size() && m_html[at] == '/';
    at += m_closes ? 1 : 0;
    if (at >= m_html.size() || !isAsciiLetter(m_html[at]))
        return false;
    const size_t begin = at;
    while (at < m_html.size() && !isHtmlBlank(m_html[at]) && m_html[at] != '/' && m_html[at] != '>')
        ++at;
    m_name = lowered(m_html.substr(begin, at - begin));
    const size_t end = walkAttributes(m_html, at, [](std::string_view, std::string_view) {});
    m_attributes = m_html.substr(at, std::min(end, m_html.size()) - at);
    m_at = std::min(end, m_html.size());
    m_isEmpty = m_attributes.ends_with("/>") && (m_isXhtml || m_name == "svg");
    if (!m_closes && !m_isEmpty && isRawElement(m_name))
        m_raw = m_name;
    return end != std::string_view::npos;
}

HtmlToken HtmlTokens::next()
{
    if (!m_raw.empty()) { // until its own end tag
        size_t end = m_at;
        const std::string mark = "</" + std::exchange(m_raw, {});
        while (true) {
            end = std::min(m_html.find("</", end), m_html.size());
            if (end == m_html.size() || lowered(m_html.substr(end, mark.size())) == mark)
                break;
            end += 2;
        }
        if (end > m_at) {
            takeText(end, true);
            return HtmlToken::Text;
        }
    }
    while (m_at < m_html.size()) {
        const std::string_view rest = m_html.substr(m_at);
        if (rest[0] != '<') {
            takeText(std::min(m_html.find('<', m_at), m_html.size()), false);
            return HtmlToken::Text;
        }
        if (rest.starts_with("<!--")) {
            m_at += 2; // "<!-->" is a whole comment
            skipPast("-->");
        } else if (rest.starts_with("<![CDATA[")) { // of XHTML
            m_at += 9;
            takeText(std::min(m_html.find("]]>", m_at), m_html.size()), true);
            m_at = std::min(m_at + 3, m_html.size());
            return HtmlToken::Text;
        } else if (rest.starts_with("<!") || rest.starts_with("<?")) {
            skipPast(">");
        } else if (rest.size() > 1 &&
                   (isAsciiLetter(rest[1]) || (rest[1] == '/' && rest.size() > 2 && isAsciiLetter(rest[2])))) {
            if (takeTag())
                return m_closes ? HtmlToken::Close : HtmlToken::Open;
        } else if (rest.starts_with("</")) {
            skipPast(">");
        } else { // a sign like others
            takeText(std::min(m_html.find('<', m_at + 1), m_html.size()), false);
            return HtmlToken::Text;
        }
    }
    return HtmlToken::End;
}

std::string_view HtmlTokens::attribute(std::string_view name) const
{
    std::string_view found;
    bool isFound = false;
    walkAttributes(m_attributes, 0, [&](std::string_view each, std::string_view value) {
        if (!isFound && lowered(each) == name) {
            found = value;
            isFound = true;
        }
    });
    return found;
}

} // namespace fettle
