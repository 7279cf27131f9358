// SPDX-License-Identifier: GPL-3.0-or-later
// HTML as browsers read it: tags, blanks, character references, what is not seen; encodings; files of web pages.
#include "core/data/preview.h"
#include "core/data/sources.h"
#include "core/documents/document_readers.h"
#include "core/documents/html_tokens.h"
#include "tests/core/data/data_test_support.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using WebPages = DataFolder;

namespace
{

std::string shownText(const std::string& html)
{
    Allowance allowance("a.html", html.size());
    return textOfHtml(html, allowance);
}

} // namespace

TEST_F(WebPages, BlocksAreLines)
{
    EXPECT_EQ(shownText("<!DOCTYPE html><html><head><title>No</title><style>p{}</style></head><body>\n <h1>One</h1>"
                        "<p>Two <b>bold</b>\n and\tmore<br>below</p><ul><li>a<li>b</ul></body></html>"),
              "One\nTwo bold and more\nbelow\na\nb\n");
    EXPECT_EQ(shownText("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>"), "a\tb\n1\t2\n");
    EXPECT_EQ(shownText("<pre>\none\n  two\n\nthree</pre>after"), "one\n  two\n\nthree\nafter\n");
    EXPECT_EQ(shownText("in<span>side</span> a<a href='x'> link</a>"), "inside a link\n");
    EXPECT_EQ(shownText("<div>  </div><p></p><p>&nbsp;</p>"), "\u00A0\n");
}

TEST_F(WebPages, WhatIsNotSeenIsNoText)
{
    EXPECT_EQ(shownText("a<script>if (1 < 2) document.write('</p>')</script>b<!-- c --><noscript>d</noscript>"
                        "<template><template>e</template>f</template><svg/><svg><title>g</title></svg>h"),
              "abh\n");
    EXPECT_EQ(shownText("<textarea><b>&amp;</textarea>x"), "<b>&amp;x\n");
    EXPECT_EQ(shownText("a<!-->b<!--->c<? d ?>e</>f</ >g<!x>h"), "abcefgh\n");
    EXPECT_EQ(shownText("<?xml version='1.0'?><html><head><title/><script/></head><p>a</p></html>"), "a\n");
}

TEST_F(WebPages, SignsOfMarkupInTexts)
{
    EXPECT_EQ(shownText("1 < 2 <3 & 4 &; &# &#x; x&y <p title='a>b' data-x=\"</p>\" hidden>c"),
              "1 < 2 <3 & 4 &; &# &#x; x&y\nc\n");
    EXPECT_EQ(shownText("a <b"), "a\n") << "a tag that never ends";
    EXPECT_EQ(shownText("a <!-- b"), "a\n");
}

TEST_F(WebPages, CharacterReferences)
{
    EXPECT_EQ(withoutCharacterReferences("&lt;&amp;&gt;&quot;&apos;&auml;&Auml;&euro;&hellip;&#228;&#xe4;&#XE4"),
              "<&>\"'äÄ€…äää");
    EXPECT_EQ(withoutCharacterReferences("&copy 2026 &copyright; &notit; &hellip &ampamp;"),
              "© 2026 ©right; ¬it; &hellip &amp;");
    EXPECT_EQ(withoutCharacterReferences("&#0;&#xD800;&#x110000;&#99999999999999;&#150;"), "\uFFFD\uFFFD\uFFFD\uFFFD–");
}

TEST_F(WebPages, FilesOfThem)
{
    const auto page =
        write("a.html", "<html><head><meta charset=\"windows-1251\"></head><p>\xCF\xF0\xE8\xE2\xE5\xF2</p><p>b</p>");
    EXPECT_THAT(texts(readRows({page}, "")), ElementsAre("Привет", "b"));
    EXPECT_EQ(recogniseFile(page).words, "Web page, a row is a block of text, Windows-1251");
    const auto utf8 = write("b.htm", "<html><head><meta charset=\"iso-8859-1\"></head><p>Größe</p>");
    EXPECT_THAT(texts(readRows({utf8}, "")), ElementsAre("Größe")) << "it is UTF-8 whatever it says";
    DataFormat source;
    source.kind = "text";
    EXPECT_THAT(texts(readRows({write("c.html", "<p>a\n<p>b")}, "", {}, source)), ElementsAre("<p>a", "<p>b"));
    EXPECT_THAT(texts(readRows({write("d.txt", "<html><p>a")}, "")), ElementsAre("<html><p>a"));
    EXPECT_THAT(texts(readRows({write("e.html", "no markup\nat all")}, "")), ElementsAre("no markup", "at all"));
}

TEST_F(WebPages, HostilePagesTakeLinearTime)
{
    std::string pages;
    for (const char* part : {"<b>", "</i>", "<b a", "<!--", "<script>", "&#", "<p a='", "</script"}) {
        std::string much;
        for (int i = 0; i < 200000; ++i)
            much += part;
        pages += shownText(much);
    }
    EXPECT_THAT(pages, HasSubstr("&#&#"));
}
