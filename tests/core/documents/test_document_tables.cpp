// SPDX-License-Identifier: GPL-3.0-or-later
// Tables within documents.
#include "core/documents/convert.h"
#include "tests/core/documents/zip_maker.h"

#include <gtest/gtest.h>

using namespace fettle;
using namespace fettle::documentstest;

namespace
{

std::string paragraph(const std::string& text)
{
    return "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>";
}

std::string cell(const std::string& content)
{
    return "<w:tc>" + content + "</w:tc>";
}

std::string row(const std::string& cells)
{
    return "<w:tbl><w:tr>" + cells + "</w:tr></w:tbl>";
}

std::string textOf(const std::string& body)
{
    return convertFile(wordFile(wordOf(body)), "a.docx").content;
}

} // namespace

TEST(DocumentTables, ARowIsALine)
{
    EXPECT_EQ(textOf(paragraph("before") + row(cell(paragraph("March")) + cell(paragraph("9"))) + paragraph("after")),
              "before\nMarch\t9\nafter\n");
    EXPECT_EQ(textOf(row(cell(paragraph("a")) + cell(paragraph("")) + cell(paragraph("b")) + cell(paragraph("")))),
              "a\t\tb\n");
    EXPECT_EQ(textOf(paragraph("x") + row(cell(paragraph("")) + cell(paragraph("")))), "x\n\n");
}

TEST(DocumentTables, ATableThatLaysOutAPageIsParagraphs)
{
    EXPECT_EQ(textOf(row(cell(paragraph("Address")) + cell(paragraph("Dear Ann,") + paragraph("we thank you.")))),
              "Address\nDear Ann,\nwe thank you.\n");
    const std::string inner = row(cell(paragraph("1")) + cell(paragraph("2")));
    EXPECT_EQ(textOf(row(cell(paragraph("side")) + cell(inner + paragraph("below")))), "side\n1\t2\nbelow\n");
}
