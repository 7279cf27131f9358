// SPDX-License-Identifier: GPL-3.0-or-later
// HTML cut into tags and texts as browsers cut it (WHATWG, 13.2.5), in linear time; no tree is built.
#pragma once

#include <string>
#include <string_view>

namespace fettle
{

enum class HtmlToken { End, Text, Open, Close };

class HtmlTokens
{
public:
    /// `html` is valid UTF-8 and outlives it. In XHTML "<title/>" is a whole element.
    explicit HtmlTokens(std::string_view html, bool isXhtml = false) : m_html(html), m_isXhtml(isXhtml) {}

    HtmlToken next();
    /// Of a text: its letters, character references resolved.
    const std::string& text() const { return m_text; }
    /// Of a tag: its name in lower case.
    const std::string& name() const { return m_name; }
    /// Of a tag: the value of the attribute that is called so in lower case, as written; empty where there is none.
    std::string_view attribute(std::string_view name) const;

    /// Of a tag: it is a whole element, without content.
    bool isEmptyElement() const { return m_isEmpty; }

private:
    bool takeTag();
    void takeText(size_t end, bool isRaw);
    void skipPast(std::string_view mark);

    std::string_view m_html;
    size_t m_at = 0;
    std::string m_text, m_name;
    std::string_view m_attributes;
    bool m_closes = false, m_isEmpty = false, m_isXhtml;
    std::string m_raw; ///< the element whose content is no markup and comes next
};

/// "&amp;" and the like resolved: numbers, the names of HTML 4, &apos;.
std::string withoutCharacterReferences(std::string_view text);

} // namespace fettle
