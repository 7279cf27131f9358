// SPDX-License-Identifier: GPL-3.0-or-later
// JSON as people have it: lines, arrays, arrays in objects; what is broken is named by line.
#include "core/data/sources.h"
#include "tests/core/data/data_test_support.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace
{

std::string kindOf(const std::filesystem::path& file)
{
    return recogniseFile(file).format.kind;
}

} // namespace

using JsonFiles = DataFolder;

TEST_F(JsonFiles, ArraysAndLines)
{
    EXPECT_EQ(texts(readRows({caseFile("04-array.json")}, "")), texts(readRows({caseFile("04-lines.json")}, "")));
    EXPECT_EQ(readRows({caseFile("04-array.json")}, "").size(), 6);
    EXPECT_EQ(kindOf(caseFile("04-array.json")), "json");
    EXPECT_EQ(kindOf(caseFile("04-lines.json")), "jsonl");
    EXPECT_THAT(
        texts(readRows({write("o.json", "{\n \"v\": 1,\n \"data\": [{\"text\":\"a\"}, {\"text\":\"b\"}]\n}")}, "")),
        ElementsAre("a", "b"));
    EXPECT_THAT(texts(readRows({write("s.json", "[\"a\", \"b\"]")}, "")), ElementsAre("a", "b"));
    EXPECT_THAT(texts(readRows({write("p.jsonl", "{\n\"text\": \"a\"\n}\n{\n\"text\": \"b\"\n}\n")}, "")),
                ElementsAre("a", "b"));
    EXPECT_THAT(texts(readRows({write("l.txt", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n")}, "")), ElementsAre("a", "b"));
    EXPECT_THAT(texts(readRows({write("v.txt", "[Verse 1]\nla\n")}, "")), ElementsAre("[Verse 1]", "la"));
}

TEST_F(JsonFiles, ColumnsComeFromAllRows)
{
    const RowTable late = readRows({caseFile("36-late.jsonl")}, "");
    EXPECT_EQ(late.column, "text");
    EXPECT_THAT(late.columns, ElementsAre("title", "text"));
    EXPECT_EQ(late.size(), 21);
    EXPECT_EQ(late.missingRows, 1);
    EXPECT_EQ(late.text(0, false), "");
    EXPECT_THAT(late.text(1, false), HasSubstr("little dog"));
}

TEST_F(JsonFiles, NullIsAnEmptyRow)
{
    const RowTable table = readRows({caseFile("04-null.jsonl")}, "");
    EXPECT_THAT(texts(table), ElementsAre("one", "", "three"));
    EXPECT_EQ(table.missingRows, 1);
}

TEST_F(JsonFiles, HalfASurrogatePairIsReplacedAndCounted)
{
    const RowTable table = readRows({caseFile("04-surrogate.jsonl")}, "");
    EXPECT_THAT(texts(table), ElementsAre("fine", "broken emoji \uFFFD end", "ok \U0001F600"));
    EXPECT_EQ(table.replacedCharacters, 1);
}

TEST_F(JsonFiles, WhatIsWrongHasItsLine)
{
    const auto said = [&](const std::string& content) {
        return failure([&] { readRows({write("x.jsonl", content)}, ""); });
    };
    EXPECT_THAT(failure([&] { readRows({caseFile("04-mixed.jsonl")}, ""); }),
                HasSubstr("04-mixed.jsonl, line 2, column 10: \"text\" is 2, not a text."));
    EXPECT_THAT(said("{\"text\":\"a\"}\n{\"text\":[\"a\", \"b\"]}\n"),
                HasSubstr("line 2, column 9: \"text\" is [\"a\", \"b\"], not"));
    EXPECT_THAT(said("{\"text\":\"a\"}\n{\"text\":\"b\",\"text\":\"c\"}\n"),
                HasSubstr("line 2, column 20: this row has the key \"text\" twice."));
    EXPECT_THAT(said("{\"text\":\"a\",\"n\":1e400}\n"),
                HasSubstr("line 1, column 17: 1e400: no number is that large."));
    EXPECT_THAT(said("{\"text\":\"a\"}\n{\"n\":" + std::string(400, '9') + "}\n"), HasSubstr("line 2, column 6: 999"));
    EXPECT_THAT(said("{\"text\":\"a\",\"n\":NaN}\n"), HasSubstr("NaN and Infinity are not JSON"));
    EXPECT_THAT(said("{\"text\":" + std::string(100000, '[') + std::string(100000, ']') + "}\n"),
                HasSubstr("nested more than 200 deep"));
    EXPECT_THAT(said("{\"text\":\"a\n"), HasSubstr("line 1, column 9: this is not JSON: this text is never closed."));
    EXPECT_THAT(said("{\"text\":\"\\x\"}\n"), HasSubstr("there is no such escape"));
    EXPECT_THAT(said("{\"turns\":[{\"role\":\"user\"}]}\n"), HasSubstr("has no column of texts"));
    EXPECT_THAT(failure([&] { readRows({write("y.json", "[{\"text\":\"a\"},\n {\"text\":5}]")}, ""); }),
                HasSubstr("y.json, line 2, column 10: \"text\" is 5"));
    EXPECT_THAT(failure([&] { readRows({write("z.json", "[{\"text\":\"a\"}")}, ""); }), HasSubstr("this is not JSON"));
}

TEST_F(JsonFiles, ManyKeysTakeLinearTime)
{
    std::string row = "{\"text\":\"a\"";
    for (int i = 0; i < 200000; ++i)
        row += ",\"key" + std::to_string(i) + "\":1";
    EXPECT_THAT(texts(readRows({write("k.jsonl", row + "}\n")}, "")), ElementsAre("a"));
}
