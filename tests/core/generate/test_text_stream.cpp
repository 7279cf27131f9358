// SPDX-License-Identifier: GPL-3.0-or-later
// Text comes in whole characters, whatever the tokens are.
#include "core/generate/text_stream.h"
#include "core/tokenizers/tokenizer.h"
#include "tests/core/generate/byte_tokenizer.h"
#include "tests/core/tokenizers/tokenizer_test_support.h"

#include <gtest/gtest.h>

using namespace fettle;
using namespace fettle::test;

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

/// Characters that are runs of byte tokens: a run is readable as a whole or not at all.
TEST(TextStream, LongRunsOfByteTokens)
{
    for (const char* name : {"json_bpe_llama", "json_unigram_bytefallback", "mistral7b", "qwen3", "gpt2"}) {
        const auto tokenizer = loadTokenizer(goldenTokenizers() / name);
        std::string text = "a";
        for (int i = 0; i < 40; ++i)
            text += i % 3 == 0 ? "\u8a9e" : i % 3 == 1 ? "\U0001F642" : "\u0e01";
        const std::vector<int32_t> ids = tokenizer->encodeIds(text, false);
        const size_t begin = ids.size() / 2;
        TextStream stream(*tokenizer, {ids.begin(), ids.begin() + std::ptrdiff_t(begin)});
        const std::string before = tokenizer->decode(std::span(ids).first(begin), true);
        std::string all;
        for (size_t i = begin; i < ids.size(); ++i) {
            const std::string piece = stream.add(ids[i]);
            EXPECT_EQ(piece.find("\xEF\xBF\xBD"), std::string::npos) << name;
            all += piece;
        }
        all += stream.finish();
        EXPECT_TRUE(text.ends_with(all)) << name << ": " << all;
        EXPECT_GE(all.size() + before.size(), text.size()) << name;
    }
}
