// SPDX-License-Identifier: GPL-3.0-or-later
// What a file is recognised as: kind, separator, quote, header, column; and what is no text.
#include "core/data/preview.h"
#include "core/data/sources.h"
#include "core/data/table_format.h"
#include "tests/core/data/data_test_support.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Formats = DataFolder;

TEST_F(Formats, SemicolonsFromExcel)
{
    const auto file = write("excel.csv", "Nr;Anrede;Text\r\n1;Herr;\"Sch\xF6ne Gr\xFC\xDF"
                                         "e; und \"\"danke\"\"\"\r\n2;Frau;F\xFCr "
                                         "sp\xE4ter, bitte.\r\n");
    std::vector<RecognisedFile> sources;
    const RowTable table = readRows({file}, "", {}, {}, &sources);
    EXPECT_THAT(texts(table), ElementsAre("Schöne Grüße; und \"danke\"", "Für später, bitte."));
    EXPECT_EQ(table.column, "Text");
    EXPECT_EQ(table.columnReason, "named Text");
    EXPECT_EQ(sources[0].words, "Table, semicolons, Windows-1252, first row is a header");
    EXPECT_EQ(sources[0].doubt, "");
    EXPECT_EQ(sources[0].format, (DataFormat{"csv", "windows-1252", ";", "\"", true}));
    EXPECT_THAT(texts(readRows({caseFile("29-semicolon.csv")}, "")),
                ElementsAre("Die Katze sitzt.", "Der Hund rennt.", "Das Kind lacht."));
}

TEST_F(Formats, SeparatorComesFromTheContent)
{
    const auto read = [&](const std::string& name, const std::string& content) {
        return texts(readRows({write(name, content)}, ""));
    };
    EXPECT_THAT(read("tabs.csv", "id\ttext\n1\tHello, you\n2\tBye, now\n"), ElementsAre("Hello, you", "Bye, now"));
    EXPECT_THAT(read("commas.tsv", "id,text\n1,Hello\n2,Bye\n"), ElementsAre("Hello", "Bye"));
    EXPECT_THAT(read("bars.csv", "id|text|n\n1|a, b|2\n2|c|3\n"), ElementsAre("a, b", "c"));
    EXPECT_THAT(read("sep.csv", "sep=;\r\nNr;Text\r\n1;a\r\n2;b\r\n"), ElementsAre("a", "b"));
    EXPECT_THAT(read("single.csv", "id,text\n1,'It is, well'\n2,'so, fine'\n"), ElementsAre("It is, well", "so, fine"));
    // Prose with commas here and there is one column.
    EXPECT_THAT(read("prose.csv", "text\nHello, world\nOne, two, three\nNone\n"),
                ElementsAre("Hello, world", "One, two, three", "None"));
    // Numbers with decimal commas do not make columns.
    EXPECT_EQ(recogniseTable("preis;menge\n1,5;2,5\n2,5;3,5\n", {}, ".csv").format.separator, ";");
}

TEST_F(Formats, QuotesThatEndNoFieldArePartOfTheText)
{
    const auto file = write("plain.tsv", "id\ttext\n1\t\"Hello\" he said\n2\t\"No\" she\n");
    EXPECT_THAT(texts(readRows({file}, "")), ElementsAre("\"Hello\" he said", "\"No\" she"));
    EXPECT_EQ(recogniseFile(file).format.quote, "none");
}

TEST_F(Formats, ABrokenQuoteSwallowsNoRowUnseen)
{
    const std::string said =
        failure([&] { readRows({write("a.csv", "id,text\n1,\"Hello\n2,World\n3,\"Bye\"\n4,x\n")}, ""); });
    EXPECT_THAT(said, HasSubstr("a.csv, line 2, column 3: this quote swallows the 2 lines after it"));
    EXPECT_THAT(said, HasSubstr("data.format.quote=none"));
    const RowTable suspect = readRows({write("b.csv", "id;text\n1;\"one\n2;two\n3;three\"\n4;four\n")}, "");
    ASSERT_EQ(suspect.notices.size(), 1u);
    EXPECT_THAT(suspect.notices[0], HasSubstr("b.csv, line 2: a text in quotes spans 3 lines that look like rows"));
    const std::string wide = failure([&] { readRows({write("d.csv", "id,text,n\n1,\"a,b\n2,c,d\n3,\"e\",f\n")}, ""); });
    EXPECT_THAT(wide, HasSubstr("d.csv, line 2, column 3: this quote swallows"));
    const auto letters = write("e.csv", "id,text\n1,\"Dear all,\nthank you, friends\"\n2,\"x\n\"\n");
    EXPECT_THAT(readRows({letters}, "").notices, IsEmpty());
    EXPECT_THAT(readRows({write("c.csv", "id,text\n1,\"Dear Sir,\nthank you\"\n2,\"x\ny\"\n")}, "").notices, IsEmpty());
}

TEST_F(Formats, HeaderIsRecognised)
{
    const RowTable table = readRows({caseFile("29-noheader1.csv")}, "");
    EXPECT_THAT(texts(table), ElementsAre("The first sentence of all.", "The second sentence.", "The third sentence."));
    EXPECT_FALSE(guessHeader({{"1", "The cat sits."}, {"2", "The dog runs."}}).header);
    EXPECT_TRUE(guessHeader({{"nr", "what"}, {"1", "The cat sits."}, {"2", "The dog runs."}}).header);
    EXPECT_TRUE(guessHeader({{"text"}, {"One."}}).header);
    EXPECT_TRUE(guessHeader({{"id", "name", "comment", "", ""}, {"1", "Ann", "She came.", "", ""}}).header)
        << "a spreadsheet's empty columns have no names";
    EXPECT_FALSE(guessHeader({{"One is here.", "", ""}, {"Two is there.", "", ""}}).header);
    DataFormat no;
    no.header = false;
    EXPECT_THAT(texts(readRows({write("t.csv", "text\na b\n")}, "", {}, no)), ElementsAre("text", "a b"));
    DataFormat yes;
    yes.header = true;
    EXPECT_THAT(texts(readRows({caseFile("29-noheader1.csv")}, "", {}, yes)),
                ElementsAre("The second sentence.", "The third sentence."));
}

TEST_F(Formats, ColumnIsGuessedAndSaid)
{
    const auto choice = [&](const std::string& name, const std::string& content) {
        const RowTable table = readRows({write(name, content)}, "");
        return table.column + ": " + table.columnReason;
    };
    EXPECT_EQ(choice("a.csv", "id,INHALT\n1,a\n"), "INHALT: named INHALT");
    EXPECT_EQ(choice("b.csv", "name,remark,code\nAnna,the quick brown fox,12\nBob,over the dog,34\n"),
              "remark: the longest text");
    EXPECT_EQ(choice("c.csv", "word\nx\n"), "word: the only column");
    EXPECT_EQ(choice("empty.csv", "id,comment,,\n1,she came home late,,\n2,and left again,,\n"),
              "comment: named comment");
    EXPECT_EQ(choice("unnamed.csv", "id,,nr\n1,the quick brown fox,7\n2,over the lazy dog,8\n"),
              "column_2: the longest text");
    EXPECT_EQ(choice("d.jsonl", "{\"instruction\":\"Do it\",\"output\":\"Done\"}\n"), "output: named output");
    EXPECT_EQ(choice("e.jsonl", "{\"text\":[1],\"story\":\"Once\"}\n"), "story: named story");
    const DataPreview preview = previewColumns({{write("f.csv", "id,letter\n1,Dear all\n").string()}});
    EXPECT_THAT(preview.columns, ElementsAre("id", "letter"));
    EXPECT_EQ(preview.column, "letter");
}

TEST_F(Formats, AnErrorStillHasTheColumns)
{
    DataConfig data{{write("broken.csv", "id,text\n1,a\n2,b,c\n3,d\n").string()}};
    const DataPreview preview = previewColumns(data);
    EXPECT_THAT(preview.columns, ElementsAre("id", "text"));
    EXPECT_EQ(preview.column, "text");
    EXPECT_EQ(preview.sources.at(0).format.separator, ",");
    try {
        readRows({data.train[0]}, "txt");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.subject(), "data.format.separator") << "no other encoding would help";
    }
    try {
        readRows({write("whole.csv", "id,text\n1,a\n")}, "txt");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.subject(), "data.column");
    }
}

TEST_F(Formats, WhatIsNoTextIsNamed)
{
    using namespace std::string_literals;
    const auto said = [&](const std::string& content) {
        return failure([&] { readRows({write("x.txt", content)}, ""); });
    };
    EXPECT_THAT(said("\x89PNG\r\n\x1A\n\0\0\0\rIHDR"s), HasSubstr("x.txt: This is a picture, not a text."));
    EXPECT_THAT(said("\xFF\xD8\xFF\xE0\0\x10JFIF"s), HasSubstr("picture"));
    EXPECT_THAT(said("\x1F\x8B\x08\0\0\0\0\0"s), HasSubstr("damaged or cut short (gzip)"));
    EXPECT_THAT(said("%PDF-1.7\n"), HasSubstr("PDF"));
    EXPECT_THAT(said("PK\x03\x04....word/document.xml"s), HasSubstr("x.txt: it is damaged or cut short"));
    EXPECT_THAT(said("PK\x03\x04....a.txt"s), HasSubstr("Unpack it first"));
    EXPECT_THAT(said("PAR1...."), HasSubstr("Parquet"));
    EXPECT_THAT(said(std::string(500, '\0')), HasSubstr("500 of its first 500 bytes are control characters"));
}

TEST_F(Formats, APlainTextUnderADocumentsNameIsSaidToBeOne)
{
    const auto file = write("letter.docx", "Dear Ann,\nthe ship is late.\n");
    DataConfig data;
    data.train = {file.string()};
    const DataPreview preview = previewColumns(data);
    EXPECT_EQ(preview.sources.at(0).form, "Plain text named .docx");
    EXPECT_THAT(preview.notices,
                ElementsAre("letter.docx: its name ends in .docx, but what lies in it is plain text, and is read as "
                            "that."));
    EXPECT_EQ(recogniseFile(write("letter.txt", "Dear Ann\n")).form, "");
}

TEST_F(Formats, AFolderIsItsFiles)
{
    write("b.txt", "b\n");
    write("a10.txt", "ten\n");
    write("a2.txt", "two\n");
    write(".hidden", "no\n");
    write("README.md", "no\n");
    write("p.png", "\x89PNG\r\n\x1A\n");
    std::filesystem::create_directory(folder / "sub");
    write("sub/c.txt", "c\n");
    const RowTable table = readRows({folder}, "");
    EXPECT_THAT(texts(table), ElementsAre("ten", "two", "b", "c"));
    EXPECT_THAT(table.notices, ElementsAre(HasSubstr("README.md"), HasSubstr("p.png")));
    write("train.txt", "learn\n");
    write("my-test_1.txt", "test\n");
    EXPECT_THAT(texts(readRows({folder}, "")), ElementsAre("ten", "two", "b", "c", "learn"));
    std::filesystem::create_directory(folder / "none");
    EXPECT_THAT(failure([&] { readRows({folder / "none"}, ""); }), HasSubstr("holds no file"));
}
