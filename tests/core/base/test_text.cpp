// SPDX-License-Identifier: GPL-3.0-or-later
// UTF-8, numbers and names as text.
#include "core/base/text.h"

#include <gtest/gtest.h>

using namespace fettle;

TEST(Utf8, FindsTheFirstIllFormedByte)
{
    EXPECT_FALSE(firstInvalidUtf8("plain, ümlaut, 漢字, 😀"));
    EXPECT_EQ(firstInvalidUtf8("ab\xFFz"), 2u);
    EXPECT_EQ(firstInvalidUtf8("\xC0\x80"), 0u);         // overlong
    EXPECT_EQ(firstInvalidUtf8("\xED\xA0\x80"), 0u);     // surrogate
    EXPECT_EQ(firstInvalidUtf8("\xF4\x90\x80\x80"), 0u); // above U+10FFFF
    EXPECT_EQ(firstInvalidUtf8("x\xE2\x82"), 1u);        // cut short
}

TEST(Utf8, ReplacesEachMaximalIllFormedPart)
{
    // The example of the Unicode standard, table 3-8.
    EXPECT_EQ(toValidUtf8("a\xF1\x80\x80\xE1\x80\xC2"
                          "b\x80"
                          "c\x80\xBF"
                          "d"),
              "a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd");
    EXPECT_EQ(toValidUtf8("ü"), "ü");
}

TEST(Utf8, RoundTripsThroughCodePoints)
{
    const std::string text = "aä漢😀";
    EXPECT_EQ(decodeUtf8(text), U"aä漢😀");
    EXPECT_EQ(encodeUtf8(decodeUtf8(text)), text);
    EXPECT_EQ(countCodePoints(text), 4u);
}

TEST(Text, NamesTheNearest)
{
    const std::vector<std::string> known = {"learning_rate", "seed", "weight_decay"};
    EXPECT_EQ(nearestName("learning_rat", known), "learning_rate");
    EXPECT_EQ(nearestName("sed", known), "seed");
    EXPECT_EQ(nearestName("weight", known), "weight_decay");
    EXPECT_FALSE(nearestName("banana", known));
}

TEST(Text, ShowsForeignWordsOnOneLineAndShort)
{
    EXPECT_EQ(shown("plain, ümlaut, 漢字, 😀"), "plain, ümlaut, 漢字, 😀");
    EXPECT_EQ(shown("a\x1B[31mred\r\nb\tc\x7F"), "a\\x1B[31mred\\x0D\\x0Ab\\x09c\\x7F");
    EXPECT_EQ(shown("a\u009B1mb"), "a\\x9B1mb");                      // the one-byte form of ESC [
    EXPECT_EQ(shown("gpj.\u202Eexe\u2028"), "gpj.\\u202Eexe\\u2028"); // turns the direction, ends the line
    EXPECT_EQ(shown("caf\xE9"), "caf\uFFFD");
    EXPECT_EQ(shown("1234567890", 10), "1234567890");
    EXPECT_EQ(shown("12345678901", 10), "123456789…");
    EXPECT_EQ(shown("ääääää", 5), "ääää…");
    EXPECT_EQ(shown("123456\x1B\x1B", 10), "123456…"); // never half an escape
    EXPECT_EQ(shown(std::string(1'000'000, '\x1B'), 10), "\\x1B\\x1B…");
    EXPECT_EQ(shown(""), "");
}

TEST(Text, WritesNumbers)
{
    EXPECT_EQ(shortest(5e-5), "5e-05");
    EXPECT_EQ(shortest(0.1), "0.1");
    EXPECT_EQ(shortest(3), "3");
    EXPECT_EQ(grouped(1338112), "1,338,112");
    EXPECT_EQ(grouped(-1000), "-1,000");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(humanBytes(38'000'000), "38 MB");
    EXPECT_EQ(humanBytes(1'200'000'000), "1.2 GB");
    EXPECT_EQ(humanBytes(999'950), "1.0 MB");
    EXPECT_EQ(humanDuration(51), "0:51");
    EXPECT_EQ(humanDuration(3723), "1:02:03");
}

TEST(Text, ReadsWholeNumbersOnly)
{
    EXPECT_EQ(parseDouble("1e-3"), 1e-3);
    EXPECT_FALSE(parseDouble("1e-3x"));
    EXPECT_FALSE(parseDouble(""));
    EXPECT_EQ(parseInteger("-7"), -7);
    EXPECT_FALSE(parseInteger("7.5"));
    EXPECT_EQ(trim("  a b \n"), "a b");
    EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
}
