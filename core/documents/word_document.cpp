// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/document_readers.h"
#include "core/documents/office_parts.h"
#include "core/documents/text_lines.h"

namespace fettle
{

namespace
{

/// The elements of WordprocessingML that hold text.
class WordText : public XmlWalk
{
public:
    explicit WordText(TextLines& lines) : m_lines(lines), m_rows(lines) {}

protected:
    bool isLeftOut(std::string_view name, const XmlAttributes&) const override
    {
        // Fallback says once more what Choice before it says; moveFrom is where a text was before it was moved.
        return name == "pPr" || name == "rPr" || name == "tblPr" || name == "sectPr" || name == "Fallback" ||
               name == "moveFrom" || name == "del" || name == "rt";
    }
    void open(std::string_view name, const XmlAttributes&) override
    {
        if (name == "p")
            m_lines.begin();
        else if (name == "tr")
            m_rows.openRow();
        else if (name == "tc")
            m_rows.openCell();
        else if (name == "t")
            m_inText = true;
        else if (name == "tab" || name == "ptab")
            m_lines.add("\t", Blanks::Kept);
        else if (name == "br" || name == "cr")
            m_lines.breakLine(true);
        else if (name == "noBreakHyphen")
            m_lines.add("-", Blanks::Kept);
    }
    void close(std::string_view name) override
    {
        if (name == "p")
            m_lines.end(true);
        else if (name == "tc")
            m_rows.closeCell();
        else if (name == "tr")
            m_rows.closeRow();
        else if (name == "t")
            m_inText = false;
    }
    void letters(std::string_view piece) override
    {
        if (m_inText)
            m_lines.add(piece, Blanks::Kept);
    }

private:
    TextLines& m_lines;
    TableRows m_rows;
    bool m_inText = false;
};

} // namespace

ReadDocument readWord(std::string_view bytes, Allowance& allowance)
{
    ZipDocument zip(bytes, allowance);
    const std::string main = officePart(officeRelations(zip, ""), "officeDocument");
    TextLines lines(allowance);
    WordText text(lines);
    zip.readXmlOf(main.empty() ? "word/document.xml" : main, text);
    return {lines.take()};
}

} // namespace fettle
