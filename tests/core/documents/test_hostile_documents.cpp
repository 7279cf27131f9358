// SPDX-License-Identifier: GPL-3.0-or-later
// Damaged, locked and hostile files end in a message that names them: nothing hangs, ends the program or takes its
// memory.
#include "core/base/files.h"
#include "core/data/preview.h"
#include "core/data/sources.h"
#include "core/documents/child_process.h"
#include "core/documents/convert.h"
#include "tests/core/data/data_test_support.h"
#include "tests/core/documents/zip_maker.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::datatest;
using namespace fettle::documentstest;
using namespace std::string_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Hostile = DataFolder;

namespace
{

std::string goldenBytes(const std::string& name)
{
    return readFile(std::filesystem::path(fettle::test::goldenFolder) / "documents" / name);
}

std::string refusalOf(const std::string& name, const std::string& bytes)
{
    return failure([&] { convertFile(bytes, name); });
}

} // namespace

TEST_F(Hostile, CutFilesAreRefusedByName)
{
    for (const std::string name : {"letter.odt", "letters.xlsx", "letters.ods", "book.epub", "rows.zstd.parquet",
                                   "rows.arrow", "lines.txt.gz", "lines.txt.bz2", "lines.txt.xz", "lines.txt.zst"}) {
        const std::string whole = goldenBytes(name);
        const size_t step = whole.size() > 1000 ? 37 : 1; // a prime, so that every kind of place comes
        for (size_t length = 40; length < whole.size(); length += step)
            EXPECT_THAT(refusalOf(name, whole.substr(0, length)), HasSubstr(name)) << length;
    }
    // A stream may end where a message ends.
    const std::string stream = goldenBytes("rows.arrows");
    EXPECT_THAT(refusalOf("rows.arrows", stream.substr(0, 300)),
                HasSubstr("rows.arrows: this Arrow file cannot be read"));
}

TEST_F(Hostile, ChangedBytesAreNoticed)
{
    for (const std::string name :
         {"lines.txt.gz", "lines.txt.bz2", "lines.txt.xz"}) { // zstd's module writes no checksum
        std::string bytes = goldenBytes(name);
        bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
        EXPECT_THAT(refusalOf(name, bytes), HasSubstr(name + ": it is damaged or cut short"));
    }
    const std::string wrong = zipOf({{"word/document.xml", wordOf("<w:p/>"), false, 0, 1}});
    EXPECT_THAT(refusalOf("a.docx", wrong), HasSubstr("a.docx: it is damaged: word/document.xml has another checksum"));
    EXPECT_THAT(refusalOf("a.txt.gz", goldenBytes("lines.txt.gz") + "more"), HasSubstr("damaged"));
}

TEST_F(Hostile, SeveralMembersAreOneText)
{
    for (const char* name : {"lines.txt.gz", "lines.txt.bz2", "lines.txt.xz", "lines.txt.zst"}) {
        const std::string once = goldenBytes(name);
        const std::string text = convertFile(once, name).content;
        EXPECT_EQ(convertFile(once + once, name).content, text + text) << name;
    }
    const std::string padded = goldenBytes("lines.txt.gz") + std::string(512, '\0'); // as from a tape
    EXPECT_EQ(convertFile(padded, "a.gz").content, convertFile(goldenBytes("lines.txt.gz"), "a.gz").content);
}

TEST_F(Hostile, WhatSwellsIsEnded)
{
    EXPECT_THAT(refusalOf("swells.txt.bz2", goldenBytes("swells.txt.bz2")),
                AllOf(HasSubstr("swells.txt.bz2: unpacked it is more than"), HasSubstr("which no text is"),
                      HasSubstr("unpack it yourself")));
    Allowance allowance("a.gz", 1);
    allowance.take(1000);
    EXPECT_THAT(failure([&] { allowance.take(UINT64_MAX - 10); }), HasSubstr("a.gz: unpacked it is more than"));
    Allowance large("b.gz", uint64_t(1) << 50); // whatever its packing says, the memory is the bound
    EXPECT_THAT(failure([&] { large.take(uint64_t(1) << 60); }, ErrorCode::OutOfResources),
                HasSubstr("the most that the free memory can hold"));
    // A sheet that repeats its rows a million times, each wide.
    std::string sheet = "<d><body><spreadsheet><table name=\"a\">";
    for (int i = 0; i < 400; ++i)
        sheet += "<table-row number-rows-repeated=\"1000000\"><table-cell number-columns-repeated=\"16384\" "
                 "value-type=\"float\" value=\"1\"/></table-row>";
    sheet += "</table></spreadsheet></body></d>";
    EXPECT_THAT(refusalOf("a.ods", zipOf({{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
                                          {"content.xml", sheet}})),
                HasSubstr("a.ods: unpacked it is more than"));
}

TEST_F(Hostile, LockedFilesSaySo)
{
    EXPECT_THAT(refusalOf("a.docx", zipOf({{"word/document.xml", "??", true}})),
                HasSubstr("a.docx is protected by a password. | Open it in its program"));
    const std::string locked = zipOf({{"mimetype", "application/vnd.oasis.opendocument.text"},
                                      {"META-INF/manifest.xml", "<m><manifest:encryption-data/></m>"},
                                      {"content.xml", "??"}});
    EXPECT_THAT(refusalOf("a.odt", locked), HasSubstr("a.odt is protected by a password. | Open it in LibreOffice"));
    const std::string ole = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"s + std::string(512, '\0');
    EXPECT_THAT(refusalOf("a.doc", ole), HasSubstr("This is an old Office file."));
    EXPECT_THAT(refusalOf("a.docx", ole + "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"s),
                HasSubstr("This Office file is protected by a password."));
    const std::string book =
        zipOf({{"mimetype", "application/epub+zip"},
               {"META-INF/container.xml", "<c><rootfile full-path=\"p.opf\"/></c>"},
               {"META-INF/encryption.xml", "<e><CipherReference URI=\"one.xhtml\"/></e>"},
               {"p.opf", "<p><item id=\"1\" href=\"one.xhtml\" media-type=\"application/xhtml+xml\"/>"
                         "<itemref idref=\"1\"/></p>"},
               {"one.xhtml", "?"}});
    EXPECT_THAT(refusalOf("a.epub", book), HasSubstr("a.epub is locked by its seller (DRM)."));
}

TEST_F(Hostile, XmlKeepsToItsLimits)
{
    std::string deep;
    for (int i = 0; i < 100000; ++i)
        deep += "<a>";
    EXPECT_THAT(refusalOf("a.docx", wordFile(wordOf(deep))), HasSubstr("elements are nested too deep"));
    const std::string bomb =
        "<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>" + wordOf("<w:p><w:t>&b;</w:t></w:p>");
    EXPECT_THAT(refusalOf("a.docx", wordFile(bomb)), HasSubstr("it declares entities"));
    const std::string outside =
        "<!DOCTYPE d [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>" + wordOf("<w:p><w:t>&a;</w:t></w:p>");
    EXPECT_THAT(refusalOf("a.docx", wordFile(outside)), HasSubstr("it declares entities"));
    EXPECT_THAT(refusalOf("a.docx", wordFile(wordOf("<w:p>"))),
                HasSubstr("a.docx: word/document.xml, line 1: mismatched tag"));
    EXPECT_THAT(refusalOf("a.docx", zipOf({{"word/document2.xml", "<a/>"}})),
                HasSubstr("word/document.xml is missing in it"));
    // So many attributes that comparing each with each would take minutes.
    std::string wide = "<w:p";
    for (int i = 0; i < 300000; ++i)
        wide += " a" + std::to_string(i) + "=\"\"";
    EXPECT_EQ(convertFile(wordFile(wordOf(wide + "/>")), "a.docx").content, "\n");
}

TEST_F(Hostile, WhatIsNotReadIsNamedWithItsWayOut)
{
    EXPECT_THAT(refusalOf("a.zip", zipOf({{"a.txt", "hello"}})), HasSubstr("archive of files."));
    EXPECT_THAT(refusalOf("a.pptx", zipOf({{"ppt/presentation.xml", "<a/>"}})), HasSubstr("These are slides"));
    EXPECT_THAT(refusalOf("a.xlsb", zipOf({{"xl/workbook.bin", "?"}})), HasSubstr("In Excel: Save as, .xlsx."));
    EXPECT_THAT(refusalOf("a.rtf", "{\\rtf1 hello}"), HasSubstr("save it as .docx"));
    EXPECT_THAT(refusalOf("a.gz", "\x1F\x8B\x08\0\0\0\0\0"s), HasSubstr("a.gz: it is damaged or cut short (gzip)."));
    EXPECT_THAT(refusalOf("a.parquet", "PAR1 and nothing more"),
                HasSubstr("a.parquet: this Parquet file cannot be read"));
    EXPECT_THAT(refusalOf("a.parquet", goldenBytes("wild_index.parquet")), HasSubstr("a.parquet: this Parquet file"));
    EXPECT_THAT(refusalOf("a.pdf", "%PDF-1.7\n"), HasSubstr("a.pdf: this PDF is damaged or cut short."));
    EXPECT_THAT(refusalOf("a.png.gz", "\x89PNG\r\n\x1A\n"s), HasSubstr("picture"));
}

TEST_F(Hostile, AnotherProgramIsHeldToItsLimits)
{
    const std::string shell = findProgram("sh");
    ASSERT_FALSE(shell.empty());
    EXPECT_EQ(findProgram("no-such-program-anywhere"), "");
    Allowance allowance("a.pdf", 1);
    const ChildLimits limits{1'000'000'000, 1};
    const auto run = [&](const std::string& script, const std::string& input = {}) {
        return runChild({shell, "-c", script}, input, limits, allowance);
    };
    const ChildResult result = run("cat; echo words >&2; exit 3", "input");
    EXPECT_EQ(result.output, "input");
    EXPECT_EQ(result.complaints, "words\n");
    EXPECT_EQ(result.status, 3);
    EXPECT_TRUE(run("while :; do :; done").wasSlow);
    EXPECT_TRUE(run("exec sleep 60").wasSlow);
    EXPECT_NE(run("echo words > " + (folder / "written").string()).status, 0) << "no file may be written";
    EXPECT_EQ(run("kill -9 $$").status, -1);
    EXPECT_EQ(std::filesystem::file_size(folder / "written"), 0u);
    // With time enough to write more than is allowed, however busy the machine.
    EXPECT_THAT(failure([&] {
                    runChild({shell, "-c", "exec yes"}, "", {1'000'000'000, 120}, allowance);
                }),
                HasSubstr("a.pdf: unpacked it is more than"));
}
