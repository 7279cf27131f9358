// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/open_document.h"

#include "core/documents/document_readers.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

class OpenTextReader : public XmlWalk
{
public:
    explicit OpenTextReader(TextLines& lines) : m_lines(lines), m_rows(lines) {}

protected:
    bool isLeftOut(std::string_view name, const XmlAttributes&) const override { return isBesideOpenText(name); }
    void open(std::string_view name, const XmlAttributes& attributes) override
    {
        if (name == "p" || name == "h")
            m_lines.begin();
        else if (name == "table-row")
            m_rows.openRow();
        else if (name == "table-cell")
            m_rows.openCell();
        else
            takeOpenBlank(m_lines, name, attributes);
    }
    void close(std::string_view name) override
    {
        if (name == "p" || name == "h")
            m_lines.end(true);
        else if (name == "table-cell")
            m_rows.closeCell();
        else if (name == "table-row")
            m_rows.closeRow();
    }
    void letters(std::string_view piece) override { m_lines.add(piece, Blanks::Collapsed); }

private:
    TextLines& m_lines;
    TableRows m_rows;
};

} // namespace

void requireUnlocked(ZipDocument& zip)
{
    constexpr std::string_view manifest = "META-INF/manifest.xml";
    const bool locked = zip.has("encrypted-package") ||
                        (zip.has(manifest) && zip.read(manifest).find("encryption-data") != std::string::npos);
    if (locked)
        throw badInput(fmt::format("{} is protected by a password.", zip.name()),
                       "Open it in LibreOffice and save it without one.", "data");
}

bool isBesideOpenText(std::string_view name)
{
    return name == "note" || name == "annotation" || name == "tracked-changes" || name == "title" || name == "desc" ||
           name == "forms" || name == "ruby-text" || name == "shapes";
}

bool takeOpenBlank(TextLines& lines, std::string_view name, const XmlAttributes& attributes)
{
    constexpr int64_t mostBlanks = 1000; // nobody means more
    if (name == "s")
        lines.add(std::string(static_cast<size_t>(openCount(attributes["c"], mostBlanks)), ' '), Blanks::Kept);
    else if (name == "tab")
        lines.add("\t", Blanks::Kept);
    else if (name == "line-break")
        lines.breakLine(true);
    else
        return false;
    return true;
}

int64_t openCount(std::string_view written, int64_t most)
{
    return std::clamp<int64_t>(parseInteger(written).value_or(1), 1, most);
}

ReadDocument readOpenText(std::string_view bytes, Allowance& allowance)
{
    ZipDocument zip(bytes, allowance);
    requireUnlocked(zip);
    TextLines lines(allowance);
    OpenTextReader reader(lines);
    zip.readXmlOf("content.xml", reader);
    return {lines.take()};
}

} // namespace fettle
