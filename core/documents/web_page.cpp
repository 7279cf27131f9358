// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/documents/document_readers.h"
#include "core/documents/html_tokens.h"
#include "core/documents/text_lines.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fettle
{

namespace
{

/// Elements that begin and end a line.
bool isBlock(std::string_view name)
{
    static constexpr std::array<std::string_view, 50> names{
        "address", "article",  "aside",  "blockquote", "body", "caption",  "center",     "dd",      "details",
        "dialog",  "dir",      "div",    "dl",         "dt",   "fieldset", "figcaption", "figure",  "footer",
        "form",    "h1",       "h2",     "h3",         "h4",   "h5",       "h6",         "head",    "header",
        "hgroup",  "hr",       "html",   "legend",     "li",   "listing",  "main",       "menu",    "nav",
        "ol",      "optgroup", "option", "p",          "pre",  "search",   "section",    "summary", "table",
        "tbody",   "tfoot",    "thead",  "tr",         "ul"};
    return std::binary_search(names.begin(), names.end(), name);
}

/// Elements whose content no browser shows as text.
bool isUnseen(std::string_view name)
{
    static constexpr std::array<std::string_view, 14> names{"audio",    "canvas",   "iframe", "noembed", "noframes",
                                                            "noscript", "object",   "script", "select",  "style",
                                                            "svg",      "template", "title",  "video"};
    return std::binary_search(names.begin(), names.end(), name);
}

class PageText
{
public:
    explicit PageText(TextLines& lines) : m_lines(lines) { m_lines.begin(); }

    void open(const std::string& name)
    {
        if (!m_unseen.empty()) {
            m_depth += name == m_unseen ? 1 : 0;
        } else if (isUnseen(name)) {
            m_unseen = name;
            m_depth = 1;
        } else if (name == "br") {
            m_lines.breakLine(m_pre > 0);
        } else if (name == "td" || name == "th") {
            if (m_cells++ > 0)
                m_lines.add("\t", Blanks::Kept);
        } else if (isBlock(name)) {
            newLine();
            m_cells = name == "tr" ? 0 : m_cells;
            if (name == "pre" || name == "listing") {
                ++m_pre;
                m_preBegins = true;
            }
        }
    }
    /// An element without content.
    void empty(const std::string& name)
    {
        if (isUnseen(name))
            return;
        open(name);
        close(name);
    }
    void close(const std::string& name)
    {
        if (!m_unseen.empty()) {
            if (name == m_unseen && --m_depth == 0)
                m_unseen.clear();
        } else if (isBlock(name)) {
            newLine();
            if ((name == "pre" || name == "listing") && m_pre > 0)
                --m_pre;
        }
    }
    void text(std::string_view letters)
    {
        if (!m_unseen.empty())
            return;
        if (m_pre == 0)
            return m_lines.add(letters, Blanks::Collapsed);
        if (std::exchange(m_preBegins, false) && letters.starts_with('\n'))
            letters.remove_prefix(1);
        m_lines.addLines(letters);
    }
    void end() { m_lines.end(false); }

private:
    void newLine()
    {
        m_lines.end(false);
        m_lines.begin();
    }

    TextLines& m_lines;
    std::string m_unseen; ///< the outermost element that is not seen
    int64_t m_depth = 0;  ///< how many of its name are open
    int64_t m_cells = 0;  ///< of this row of a table
    int64_t m_pre = 0;    ///< elements that keep their blanks
    bool m_preBegins = false;
};

} // namespace

std::string textOfHtml(std::string_view html, Allowance& allowance, bool isXhtml)
{
    TextLines lines(allowance);
    PageText page(lines);
    HtmlTokens tokens(html, isXhtml || html.starts_with("<?xml"));
    for (HtmlToken token = tokens.next(); token != HtmlToken::End; token = tokens.next())
        if (token == HtmlToken::Text)
            page.text(tokens.text());
        else if (token == HtmlToken::Open && !tokens.isEmptyElement())
            page.open(tokens.name());
        else if (token == HtmlToken::Open)
            page.empty(tokens.name());
        else
            page.close(tokens.name());
    page.end();
    return lines.take();
}

std::string encodingOfHtml(std::string_view bytes)
{
    constexpr size_t enough = 4096;
    const std::string head = toValidUtf8(bytes.substr(0, enough));
    HtmlTokens tokens(head);
    for (HtmlToken token = tokens.next(); token != HtmlToken::End; token = tokens.next()) {
        if (token != HtmlToken::Open || tokens.name() != "meta")
            continue;
        if (const std::string_view charset = tokens.attribute("charset"); !charset.empty())
            return lowered(trim(charset));
        const std::string content = lowered(tokens.attribute("content"));
        if (const size_t at = content.find("charset="); at != std::string::npos)
            return trim(content.substr(at + 8, content.find_first_of("; ", at + 8) - at - 8));
    }
    return {};
}

} // namespace fettle
