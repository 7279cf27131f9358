// SPDX-License-Identifier: GPL-3.0-or-later
// Text comes in whole characters, whatever the tokens are.
#include "core/generate/text_stream.h"
#include "tests/core/generate/byte_tokenizer.h"

#include <gtest/gtest.h>

using namespace fettle;

TEST(TextStream, WholeCharactersOnly)
{
    const ByteTokenizer tokenizer;
    TextStream stream(tokenizer, {1 + 'a', 1 + 'b'});
    const std::string text = "é and 語, 🙂.";
    std::string all;
    for (const char c : text) {
        const std::string piece = stream.add(1 + static_cast<unsigned char>(c));
        EXPECT_FALSE(firstInvalidUtf8(piece));
        EXPECT_EQ(piece.find("\xEF\xBF\xBD"), std::string::npos);
        all += piece;
    }
    EXPECT_EQ(all, text);
    EXPECT_EQ(stream.finish(), "");
}

TEST(TextStream, LongTextsAndSpecialTokens)
{
    const ByteTokenizer tokenizer;
    TextStream stream(tokenizer, {});
    std::string expected, all;
    for (int i = 0; i < 200; ++i) {
        const char c = static_cast<char>('a' + i % 26);
        expected.push_back(c);
        all += stream.add(1 + c);
        all += stream.add(300);
    }
    EXPECT_EQ(all, expected);
}

TEST(TextStream, AnUnfinishedCharacterIsSaidAtTheEnd)
{
    const ByteTokenizer tokenizer;
    TextStream stream(tokenizer, {});
    EXPECT_EQ(stream.add(1 + 'x'), "x");
    EXPECT_EQ(stream.add(1 + 0xE8), "");
    EXPECT_EQ(stream.finish(), "\xEF\xBF\xBD");
}
