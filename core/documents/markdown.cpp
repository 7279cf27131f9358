// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/documents/document_readers.h"
#include "core/documents/html_tokens.h"
#include "core/documents/text_lines.h"

#include <exception>
#include <fmt/format.h>
#include <limits>
#include <md4c.h>

namespace fettle
{

namespace
{

/// What md4c finds, as the lines that a reader of the page sees.
class MarkdownText
{
public:
    explicit MarkdownText(Allowance& allowance) : m_allowance(allowance), m_lines(allowance) { m_lines.begin(); }

    void enter(MD_BLOCKTYPE block)
    {
        m_isCode = block == MD_BLOCK_CODE;
        m_isHtml = block == MD_BLOCK_HTML;
        if (block == MD_BLOCK_TD || block == MD_BLOCK_TH) {
            if (m_cells++ > 0)
                m_lines.add("\t", Blanks::Kept);
            return;
        }
        m_cells = 0;
        newLine();
    }
    void leave(MD_BLOCKTYPE block)
    {
        if (block == MD_BLOCK_HTML)
            addHtml();
        m_isCode = m_isHtml = false;
        if (block != MD_BLOCK_TD && block != MD_BLOCK_TH)
            newLine();
    }
    void text(MD_TEXTTYPE type, std::string_view letters)
    {
        switch (type) {
        case MD_TEXT_NULLCHAR:
            return m_lines.add("\uFFFD", Blanks::Kept);
        case MD_TEXT_BR:
            return m_lines.breakLine(false);
        case MD_TEXT_SOFTBR:
            return m_lines.add(" ", Blanks::Collapsed);
        case MD_TEXT_ENTITY:
            return m_lines.add(withoutCharacterReferences(letters), Blanks::Kept);
        case MD_TEXT_HTML: // a tag within a line is no text
            if (m_isHtml)
                m_html += letters;
            return;
        default:
            return m_isCode ? m_lines.addLines(letters) : m_lines.add(letters, Blanks::Collapsed);
        }
    }
    std::string take()
    {
        m_lines.end(false);
        return m_lines.take();
    }

private:
    void newLine()
    {
        m_lines.end(false);
        m_lines.begin();
    }
    void addHtml()
    {
        m_lines.addLines(textOfHtml(m_html, m_allowance));
        m_html.clear();
    }

    Allowance& m_allowance;
    TextLines m_lines;
    bool m_isCode = false, m_isHtml = false;
    std::string m_html;  ///< of the open block of it
    int64_t m_cells = 0; ///< of this row of a table
};

/// md4c's side of it: C, through which nothing may be thrown.
struct Parse {
    MarkdownText text;
    std::exception_ptr failure;

    template <typename Action>
    int run(const Action& action) noexcept
    {
        try {
            action();
            return 0;
        } catch (...) {
            failure = std::current_exception();
            return 1;
        }
    }
};

int ignoreSpan(MD_SPANTYPE, void*, void*)
{
    return 0;
}

/// What stands between two lines of dashes at the very beginning is told to programs (YAML), not to readers.
std::string_view withoutFrontMatter(std::string_view markdown)
{
    const auto lineAt = [&](size_t begin) {
        std::string_view line = markdown.substr(begin, markdown.find('\n', begin) - begin);
        while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
            line.remove_suffix(1);
        return line;
    };
    if (lineAt(0) != "---")
        return markdown;
    for (size_t end = markdown.find('\n'); end != std::string_view::npos; end = markdown.find('\n', end + 1))
        if (lineAt(end + 1) == "---" || lineAt(end + 1) == "...")
            return markdown.substr(std::min(markdown.find('\n', end + 1), markdown.size()));
    return markdown;
}

} // namespace

std::string textOfMarkdown(std::string_view markdown, Allowance& allowance)
{
    markdown = withoutFrontMatter(markdown);
    if (markdown.size() > std::numeric_limits<MD_SIZE>::max())
        throw badInput(fmt::format("{}: Markdown is read up to 4 GB.", allowance.name()),
                       "data.format.kind=text reads its lines as they are.", "data");
    MD_PARSER parser{};
    parser.flags = MD_DIALECT_GITHUB;
    parser.enter_block = [](MD_BLOCKTYPE block, void*, void* parse) {
        auto& to = *static_cast<Parse*>(parse);
        return to.run([&] { to.text.enter(block); });
    };
    parser.leave_block = [](MD_BLOCKTYPE block, void*, void* parse) {
        auto& to = *static_cast<Parse*>(parse);
        return to.run([&] { to.text.leave(block); });
    };
    parser.enter_span = parser.leave_span = ignoreSpan;
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* letters, MD_SIZE size, void* parse) {
        auto& to = *static_cast<Parse*>(parse);
        return to.run([&] { to.text.text(type, {letters, size}); });
    };
    Parse parse{MarkdownText(allowance), nullptr};
    const int result = md_parse(markdown.data(), static_cast<MD_SIZE>(markdown.size()), &parser, &parse);
    if (parse.failure)
        std::rethrow_exception(parse.failure);
    if (result != 0)
        throw Error(ErrorCode::OutOfResources, fmt::format("{}: there is no memory to read it.", allowance.name()));
    return parse.text.take();
}

} // namespace fettle
