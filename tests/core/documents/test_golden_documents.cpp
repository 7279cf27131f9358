// SPDX-License-Identifier: GPL-3.0-or-later
// Files as the usual programs and libraries write them (tests/golden/documents), read through the one door of data.
#include "core/data/preview.h"
#include "core/data/sources.h"
#include "core/data/training_data.h"
#include "core/documents/convert.h"
#include "tests/core/data/data_test_support.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace
{

std::filesystem::path documentFile(const std::string& name)
{
    return std::filesystem::path(fettle::test::goldenFolder) / "documents" / name;
}

std::vector<std::string> textsOf(const std::string& name, const std::string& column = {})
{
    return texts(readRows({documentFile(name)}, column));
}

std::string wordsOf(const std::string& name)
{
    return recogniseFile(documentFile(name)).words;
}

} // namespace

TEST(GoldenDocuments, WordParagraphsAreRows)
{
    EXPECT_THAT(textsOf("letter.docx"),
                ElementsAre("The ship's log", "", "Größe – “quoted” & <marked> 😀", "  blanks   inside  ", "one\ttab",
                            "Some bold and a line", "below it.", "cell 00\tcell 01", "cell 10\tcell 11", "The end."));
    EXPECT_EQ(wordsOf("letter.docx"), "Word document, a row is a paragraph");
    const RecognisedFile facts = recogniseFile(documentFile("letter.docx"));
    EXPECT_EQ(facts.format, (DataFormat{"text", "utf-8"}));
    EXPECT_TRUE(facts.isConverted);
}

TEST(GoldenDocuments, OpenDocumentParagraphsAreRows)
{
    EXPECT_THAT(textsOf("letter.odt"), ElementsAre("The ship's log", "", "Größe – “quoted” & <marked> 😀",
                                                   "one   two\tthree", "below", "A note here."));
    EXPECT_EQ(wordsOf("letter.odt"), "LibreOffice document, a row is a paragraph");
}

TEST(GoldenDocuments, ABookIsItsPagesInOrderWithoutContents)
{
    EXPECT_THAT(textsOf("book.epub"), ElementsAre("Chapter 1", "It was a dark night & the sea was wide.",
                                                  "Größe\u00A0"
                                                  "0",
                                                  "Chapter 2", "It was a dark night & the sea was wide.",
                                                  "Größe\u00A0"
                                                  "1"));
    EXPECT_EQ(wordsOf("book.epub"), "E-book (EPUB), a row is a paragraph");
}

TEST(GoldenDocuments, BlocksOfAPdfAreRows)
{
    const auto paragraph = [](int number) {
        return "Paragraph " + std::to_string(number) +
               " is long enough that it stands on more than one line of the page, and it is one row all the same.";
    };
    EXPECT_THAT(textsOf("page.pdf"), ElementsAre("The ship's log", paragraph(1), paragraph(2)));
    EXPECT_EQ(wordsOf("page.pdf"), "PDF, a row is a paragraph");
    EXPECT_THAT(failure([] { textsOf("locked.pdf"); }), HasSubstr("locked.pdf is protected by a password. | Open it"));
}

TEST(GoldenDocuments, TheFirstSheetWithContentIsTheTable)
{
    const RowTable excel = readRows({documentFile("letters.xlsx")}, "");
    EXPECT_THAT(texts(excel), ElementsAre("Hello, “you”", "two\nlines and \"quotes\"", "", "Größe 😀"));
    EXPECT_THAT(excel.columns, ElementsAre("id", "text", "written", "score", "kept"));
    EXPECT_THAT(excel.notices,
                ElementsAre("letters.xlsx: Of its sheets \"Letters\" is read, not \"Notes\"; save another "
                            "one as a file of its own."));
    EXPECT_EQ(wordsOf("letters.xlsx"), "Excel table, sheet \"Letters\", first row is a header");
    EXPECT_THAT(textsOf("letters.xlsx", "written"), ElementsAre("2026-03-01", "2026-03-01 12:30:00", "", "1999-12-31"));
    EXPECT_THAT(textsOf("letters.xlsx", "score"), ElementsAre("0.5", "-3", "1e-07", "12345678.25"));
    EXPECT_THAT(textsOf("letters.xlsx", "kept"), ElementsAre("TRUE", "FALSE", "", "TRUE"));
    DataFormat plain;
    plain.header = false;
    EXPECT_EQ(readRows({documentFile("letters.xlsx")}, "", {}, plain).size(), 5);

    const RowTable open = readRows({documentFile("letters.ods")}, "");
    EXPECT_THAT(texts(open), ElementsAre("Hello, “you”", "two\nlines and \"quotes\"", "", "Größe 😀"));
    EXPECT_THAT(open.notices, IsEmpty());
    EXPECT_THAT(textsOf("letters.ods", "written"), ElementsAre("2026-03-01", "2026-03-01 12:30:00", "", "1999-12-31"));
    EXPECT_THAT(textsOf("letters.ods", "kept"), ElementsAre("TRUE", "FALSE", "", "TRUE"));
    EXPECT_EQ(wordsOf("letters.ods"), "LibreOffice table, sheet \"Letters\", first row is a header");
}

TEST(GoldenDocuments, ParquetAndArrowHaveTheSameRows)
{
    for (const std::string name : {"rows.zstd.parquet", "rows.snappy.parquet", "rows.arrow", "rows.arrows"}) {
        const RowTable table = readRows({documentFile(name)}, "");
        EXPECT_THAT(texts(table), ElementsAre("Hello, “you”", "two\nlines", "")) << name;
        EXPECT_EQ(table.missingRows, 1) << name;
        EXPECT_THAT(table.columns, ElementsAre("id", "messages", "text", "score", "day", "price", "label")) << name;
        EXPECT_THAT(table.notices, ElementsAre(name + ": Columns of bytes are left out: \"picture\".")) << name;
        EXPECT_THAT(textsOf(name, "day"), ElementsAre("2026-03-01", "", "1999-12-31")) << name;
        EXPECT_THAT(textsOf(name, "label"), ElementsAre("a", "b", "a")) << name;
        EXPECT_THAT(failure([&] { textsOf(name, "price"); }),
                    HasSubstr(name + ", row 1: \"price\" is 12.30, not a text"));
        EXPECT_EQ(convertFile(readFile(documentFile(name)), name).content,
                  "{\"id\":1,\"messages\":[{\"role\":\"user\",\"content\":\"Hi \\\"you\\\"\\n\"},"
                  "{\"role\":\"assistant\",\"content\":\"Hello\"}],\"text\":\"Hello, “you”\",\"score\":0.5,"
                  "\"day\":\"2026-03-01\",\"price\":12.30,\"label\":\"a\"}\n"
                  "{\"id\":2,\"messages\":[],\"text\":\"two\\nlines\",\"score\":null,\"day\":null,\"price\":null,"
                  "\"label\":\"b\"}\n"
                  "{\"id\":3,\"messages\":null,\"text\":null,\"score\":1e-07,\"day\":\"1999-12-31\",\"price\":-1.00,"
                  "\"label\":\"a\"}\n");
    }
    EXPECT_EQ(wordsOf("rows.zstd.parquet"), "Parquet table");
    EXPECT_EQ(wordsOf("rows.arrows"), "Arrow table");
    const RowTable ids = readRows({documentFile("ids.parquet")}, "");
    EXPECT_THAT(ids.tokens().ids, ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(ids.tokens().labels, ElementsAre(-100, 2, 3, 4));
}

TEST(GoldenDocuments, AFolderOfSaveToDiskIsItsRows)
{
    const RowTable saved = readRows({documentFile("saved")}, "");
    EXPECT_THAT(texts(saved), ElementsAre("row 0", "row 1", "row 2", "row 3", "row 4"));
    EXPECT_THAT(saved.notices, IsEmpty());
    const auto part = [](const std::string& name) {
        return readRows({documentFile("parts")}, "", {}, {}, {}, {}, name);
    };
    EXPECT_EQ(part("").size(), 5);
    EXPECT_THAT(part("").notices, ElementsAre("Of parts the part \"train\" is read; test is in it too (data.split)."));
    EXPECT_THAT(texts(part("test")), ElementsAre("row 4", "row 3"));
    EXPECT_EQ(part("test").part, "test");
    EXPECT_THAT(failure([&] { part("dev"); }), HasSubstr("has no part called \"dev\". | It has: train, test."));

    RunConfig config;
    config.data.train = {documentFile("parts").string()};
    config.data.validation = documentFile("parts").string();
    config.data.split = "train[1:]";
    auto tokenizer = std::make_shared<LookupTokenizer>();
    const DataPreview preview = previewData(config, tokenizer);
    EXPECT_EQ(preview.trainRows, 4);
    EXPECT_EQ(preview.validationRows, 2) << "the part called test";
    config.data.validation.clear();
    config.data.split = "test[:1]";
    EXPECT_EQ(previewData(config, tokenizer).firstRows.at(0).text, "row 4");
    config.data.split = "test+train";
    EXPECT_THAT(failure([&] { previewData(config, tokenizer); }), HasSubstr("there is no part called \"train\""));
}

TEST(GoldenDocuments, PackedTextsAreUnpacked)
{
    for (const char* name : {"lines.txt.gz", "lines.txt.bz2", "lines.txt.xz", "lines.txt.zst"}) {
        const auto rows = textsOf(name);
        ASSERT_EQ(rows.size(), 40u) << name;
        EXPECT_EQ(rows[39], "line 39: Größe");
    }
    EXPECT_EQ(wordsOf("lines.txt.gz"), "Text, a row is a line, UTF-8, packed with gzip");
    EXPECT_EQ(wordsOf("lines.txt.xz"), "Text, a row is a line, UTF-8, packed with xz");
    EXPECT_THAT(textsOf("table.csv.gz"), ElementsAre("one", "two"));
    EXPECT_EQ(wordsOf("table.csv.gz"), "Table, semicolons, UTF-8, first row is a header, packed with gzip");
}

TEST(GoldenDocuments, AFolderTakesEveryForm)
{
    const auto folder = std::filesystem::temp_directory_path() / ("fettle-forms-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    for (const char* name : {"letter.docx", "letter.odt", "book.epub", "lines.txt.zst"})
        std::filesystem::copy_file(documentFile(name), folder / name,
                                   std::filesystem::copy_options::overwrite_existing);
    std::ofstream(folder / "a.png", std::ios::binary) << "\x89PNG\r\n\x1A\n";
    const RowTable table = readRows({folder}, "");
    std::filesystem::remove_all(folder);
    EXPECT_EQ(table.size(), 10 + 6 + 6 + 40);
    EXPECT_THAT(table.notices, ElementsAre(HasSubstr("a.png")));
    EXPECT_EQ(table.describe(6), "letter.docx, row 1");
}
