// SPDX-License-Identifier: GPL-3.0-or-later
// Markdown as readers of the page see it (CommonMark 0.31, GitHub's tables), and files of it.
#include "core/data/preview.h"
#include "core/data/sources.h"
#include "core/documents/document_readers.h"
#include "tests/core/data/data_test_support.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::ElementsAre;

using Markdown = DataFolder;

namespace
{

std::string readerSees(const std::string& markdown)
{
    Allowance allowance("a.md", markdown.size());
    return textOfMarkdown(markdown, allowance);
}

} // namespace

TEST_F(Markdown, BlocksAreLines)
{
    EXPECT_EQ(readerSees("# One *two*\n\nA line\nthat goes on  \nbelow\n\nSetext\n===\n> said\n> so\n\n---\nend"),
              "One two\nA line that goes on\nbelow\nSetext\nsaid so\nend\n");
    EXPECT_EQ(readerSees("- a\n- b\n  more\n  1. c\n\n     d\n- [x] done\n"), "a\nb more\nc\nd\ndone\n");
    EXPECT_EQ(readerSees("| a | b |\n|---|:-:|\n| 1 | **2** |\n| 3 |\n\nafter"), "a\tb\n1\t2\n3\t\nafter\n");
    EXPECT_EQ(readerSees("```py\nx = 1\n\n  y\n```\nafter\n\n    indented\n"), "x = 1\n\n  y\nafter\nindented\n");
}

TEST_F(Markdown, MarksAreNoText)
{
    EXPECT_EQ(readerSees("a **b** _c_ `d  e` ~~f~~ [g](http://x \"t\") ![h](i.png) <http://j> \\* &auml;&#228; k\\\nl"),
              "a b c d e f g h http://j * ää k\nl\n");
    EXPECT_EQ(readerSees("[a][r] b <b>c</b><br>d\n\n[r]: http://x\n"), "a b cd\n");
    EXPECT_EQ(readerSees("<div>\n<p>a</p> b\n</div>\n\n<!-- c -->\n\n<script>\nd()\n</script>\n\ne"), "a\nb\ne\n");
    EXPECT_EQ(readerSees("snake_case_name 2 * 3 * 4 a#b 1) x"), "snake_case_name 2 * 3 * 4 a#b 1) x\n");
}

TEST_F(Markdown, FrontMatterIsNoText)
{
    EXPECT_EQ(readerSees("---\ntitle: a\n---\nb"), "b\n");
    EXPECT_EQ(readerSees("--- \r\ntitle: a\r\n...\r\nb"), "b\n");
    EXPECT_EQ(readerSees("---\nno end"), "no end\n");
    EXPECT_EQ(readerSees("a\n\n---\nb: c\n---\n"), "a\nb: c\n") << "not at the beginning";
    EXPECT_EQ(readerSees("---\n---"), "");
    EXPECT_EQ(readerSees(""), "");
}

TEST_F(Markdown, FilesOfIt)
{
    const auto page = write("a.md", "# Log\n\nThe wind\nwas *fair*.\n");
    EXPECT_THAT(texts(readRows({page}, "")), ElementsAre("Log", "The wind was fair."));
    EXPECT_EQ(recogniseFile(page).words, "Markdown, a row is a block of text, UTF-8");
    const auto western = write("b.markdown", "Gr\xF6\xDF"
                                             "e\n");
    EXPECT_THAT(texts(readRows({western}, "")), ElementsAre("Größe"));
    DataFormat source;
    source.kind = "text";
    EXPECT_THAT(texts(readRows({page}, "", {}, source)), ElementsAre("# Log", "", "The wind", "was *fair*."));
}

TEST_F(Markdown, HostilePagesEnd)
{
    std::string pages;
    for (const char* part : {"[", "![", "*a_", "`", "<b", "| ", "> ", "- ", "&", "[a][b]", "***", "<!--"}) {
        std::string much;
        for (int i = 0; i < 20000; ++i)
            much += part;
        pages += readerSees(much);
    }
    EXPECT_NE(pages, "");
}
