// SPDX-License-Identifier: GPL-3.0-or-later
// Reading files: lines, tables, JSON lines, and what is said of broken ones.
#include "core/data/sources.h"
#include "tests/core/data/data_test_support.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Sources = DataFolder;

TEST_F(Sources, LinesOfEveryKind)
{
    const auto file = write("a.txt", "\xEF\xBB\xBFone\r\ntwo\rthree\n\nfive");
    const RowTable table = readRows({file}, "");
    EXPECT_THAT(texts(table), ElementsAre("one", "two", "three", "", "five"));
    EXPECT_THAT(texts(table, true), ElementsAre("one\n", "two\n", "three\n", "\n", "five"));
    EXPECT_TRUE(table.columns.empty());
    EXPECT_EQ(table.numberInFile(4), 5);
}

TEST_F(Sources, AFinalLineEndMakesNoRow)
{
    EXPECT_THAT(texts(readRows({write("a.txt", "one\n"), write("b.txt", "two\n\n")}, "")),
                ElementsAre("one", "two", ""));
}

TEST_F(Sources, NumbersRowsByFile)
{
    const RowTable table = readRows({write("a.txt", "1\n2\n"), write("b.txt", "3\n4")}, "");
    EXPECT_EQ(table.describe(3), "b.txt, row 2");
}

TEST_F(Sources, BadBytesHaveLineAndColumn)
{
    const auto file = write("latin.txt", "gut\nsch\xC3\xB6n\xE9\n");
    const std::string said = failure([&] { readRows({file}, ""); });
    EXPECT_THAT(said, HasSubstr("latin.txt, line 2, column 6: not UTF-8 (byte 0xE9)"));
    EXPECT_THAT(said, HasSubstr("data.format.encoding"));
    DataFormat utf8;
    utf8.encoding = "utf-8"; // said on purpose: read with a replacement, and counted
    const RowTable table = readRows({file}, "", {}, utf8);
    EXPECT_THAT(texts(table), ElementsAre("gut", "schön\uFFFD"));
    EXPECT_EQ(table.replacedCharacters, 1);
}

TEST_F(Sources, NothingToRead)
{
    EXPECT_THAT(failure([&] { readRows({write("none.txt", "")}, ""); }), HasSubstr("none.txt holds no row"));
    EXPECT_THAT(failure([&] { readRows({write("none.jsonl", "\n \n")}, ""); }), HasSubstr("holds no row"));
    EXPECT_THAT(failure([&] { readRows({write("none.csv", "")}, ""); }), HasSubstr("none.csv is empty"));
    EXPECT_THAT(failure([&] { readRows({write("head.csv", "text\n")}, ""); }), HasSubstr("holds no row"));
    EXPECT_THAT(failure([&] { readRows({folder / "missing.txt"}, ""); }), HasSubstr("missing.txt"));
    EXPECT_THAT(failure([&] { readRows({write("x.parquet", "PAR1")}, ""); }),
                HasSubstr("x.parquet: this Parquet file cannot be read"));
}

TEST_F(Sources, CommaTable)
{
    const auto file = write("a.csv", "id,text,n\n1,plain,5\n2,\"with \"\"quotes\"\", and\nlines\",6\n\n3,,007\n");
    const RowTable table = readRows({file}, "");
    EXPECT_THAT(texts(table), ElementsAre("plain", "with \"quotes\", and\nlines", ""));
    EXPECT_THAT(table.columns, ElementsAre("id", "text", "n"));
    EXPECT_EQ(table.column, "text");
    EXPECT_THAT(texts(readRows({file}, "n")), ElementsAre("5", "6", "007")); // not read as numbers
    EXPECT_THAT(texts(readRows({write("a.tsv", "a\ttext\r\nx\t1, 2\r\n")}, "")), ElementsAre("1, 2"));
    EXPECT_THAT(texts(readRows({write("only.csv", "quote\nNA\nnull\n")}, "")), ElementsAre("NA", "null"));
}

TEST_F(Sources, RaggedTable)
{
    const std::string more = failure([&] { readRows({write("r.csv", "id,text\n1,\"two\nlines\"\n2,a, b\n")}, ""); });
    EXPECT_THAT(more, HasSubstr("r.csv, line 4, column 5: this row has 3 columns, the first line 2."));
    EXPECT_THAT(failure([&] { readRows({write("s.csv", "id,text\n1\n")}, ""); }),
                HasSubstr("s.csv, line 2, column 2: this row has 1 columns"));
    EXPECT_THAT(failure([&] { readRows({write("q.csv", "id,text\n1,\"never\n2,x\n")}, ""); }),
                HasSubstr("q.csv, line 2, column 3: this quote is never closed"));
}

TEST_F(Sources, WrongColumn)
{
    const auto file = write("c.csv", "id,content\n1,a\n");
    EXPECT_THAT(failure([&] { readRows({file}, "contents"); }), HasSubstr("Did you mean \"content\"?"));
    const auto numbers = write("n.csv", "price,amount\n1,2\n");
    EXPECT_THAT(failure([&] { readRows({numbers}, ""); }), HasSubstr("numbers or lists: price, amount."));
}

TEST_F(Sources, JsonLines)
{
    const auto file = write("a.jsonl", "{\"text\": \"a\\nb\", \"n\": 1}\n\n{\"n\": \"x\", \"text\": \"\\u00e9\"}");
    EXPECT_THAT(texts(readRows({file}, "")), ElementsAre("a\nb", "é"));
}

TEST_F(Sources, LongJsonLine)
{
    const std::string longText(3 << 20, 'x');
    const auto file = write("l.jsonl", "{\"text\":\"s\"}\n{\"text\":\"" + longText + "\"}\n{\"text\":\"e\"}\n");
    EXPECT_THAT(texts(readRows({file}, "")), ElementsAre("s", longText, "e"));
}

TEST_F(Sources, BrokenJsonLines)
{
    EXPECT_THAT(failure([&] { readRows({write("b.jsonl", "{\"text\":\"a\"}\n\n{\"text\": oops}\n")}, ""); }),
                HasSubstr("b.jsonl, line 3, column 10: this is not JSON"));
    EXPECT_THAT(failure([&] { readRows({write("n.jsonl", "{\"text\":\"a\"}\n{\"text\":5}\n")}, ""); }),
                HasSubstr("n.jsonl, line 2, column 9: \"text\" is 5, not a text."));
    EXPECT_THAT(failure([&] { readRows({write("o.jsonl", "[1]\n")}, ""); }),
                HasSubstr("o.jsonl, line 1, column 1: this line is not a JSON object"));
    EXPECT_THAT(failure([&] { readRows({write("t.jsonl", "{\"text\":\"a\"}{\"text\":\"b\"}\n")}, ""); }),
                HasSubstr("t.jsonl, line 1"));
}

TEST_F(Sources, TokenRows)
{
    const auto file = write("t.jsonl", "{\"input_ids\":[1,2,3],\"labels\":[-100,2,3],\"attention_mask\":[1,1,0]}\n"
                                       "{\"input_ids\":[],\"labels\":[],\"attention_mask\":[]}\n");
    const RowTable table = readRows({file}, "");
    ASSERT_TRUE(table.tokenized());
    EXPECT_EQ(table.size(), 2);
    EXPECT_THAT(table.tokens().labels, ElementsAre(-100, 2, 3));
    EXPECT_THAT(table.tokens().attention, ElementsAre(1, 1, 0));
    EXPECT_THAT(table.tokens().offsets, ElementsAre(0, 3, 3));
    EXPECT_THAT(failure([&] { readRows({write("u.jsonl", "{\"input_ids\":[1],\"labels\":[1,2]}\n")}, ""); }),
                HasSubstr("\"labels\" has 2 values and \"input_ids\" 1"));
    EXPECT_THAT(failure([&] { readRows({write("v.jsonl", "{\"input_ids\":[1]}\n{\"input_ids\":[\"a\"]}\n")}, ""); }),
                HasSubstr("line 2, column 14: \"input_ids\" is not a list of whole numbers"));
    EXPECT_THAT(failure([&] { readRows({write("w.jsonl", "{\"input_ids\":[99999999999]}\n")}, ""); }),
                HasSubstr("holds a number that cannot stand there"));
    EXPECT_THAT(failure([&] { readRows({file, write("x.txt", "text\n")}, ""); }), HasSubstr("Give files of one kind"));
}

TEST_F(Sources, WhatDoesNotFitIntoMemoryIsNotRead)
{
    const auto file = write("large.txt", "x\n");
    std::error_code refused;
    std::filesystem::resize_file(file, uintmax_t{1} << 42, refused); // a hole, not 4 TB of disk
    ASSERT_FALSE(refused) << refused.message();
    EXPECT_THAT(failure([&] { readRows({file}, ""); }, ErrorCode::OutOfResources), HasSubstr("of memory"));
}

TEST_F(Sources, CanBeCancelled)
{
    failure([&] { readRows({write("a.txt", "x\n")}, "", [](double) { return false; }); }, ErrorCode::Stopped);
}
