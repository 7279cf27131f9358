// SPDX-License-Identifier: GPL-3.0-or-later
// Single steps and models of tokenizer.json; every expectation is what tokenizers 0.23 answers to the same file.
#include "core/base/error.h"
#include "core/tokenizers/graphemes.h"
#include "core/tokenizers/regular_expression.h"
#include "core/tokenizers/tokenizer.h"
#include "tests/core/tokenizers/tokenizer_test_support.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::test;
using ::testing::ElementsAre;
using ::testing::Pair;
using Ids = std::vector<int32_t>;
using Offsets = std::vector<std::pair<int32_t, int32_t>>;
using Ranges = std::vector<std::pair<size_t, size_t>>;

namespace
{

void expectTokens(const std::string& file, const std::string& text, const Ids& ids, const Offsets& offsets)
{
    SCOPED_TRACE(text);
    ModelFolder folder;
    folder.write("tokenizer.json", file);
    const auto tokenizer = loadTokenizer(folder.path());
    const Encoding encoding = tokenizer->encode(text, false);
    EXPECT_EQ(encoding.ids, ids);
    EXPECT_EQ(encoding.offsets, offsets);
    EXPECT_EQ(tokenizer->encodeIds(text, false), ids);
}

Ranges found(const std::string& pattern, const std::string& text)
{
    Ranges matches;
    RegularExpression(pattern, "test").find(text, 0, text.size(), matches);
    return matches;
}

constexpr const char* kWords = R"("model": {"type": "WordLevel", "unk_token": "?",
    "vocab": {"?": 0, "x": 1, "▁x": 2, "y": 3}})";

} // namespace

TEST(RegularExpressions, ClassesAreThoseOfTheReference)
{
    EXPECT_THAT(found(R"(\p{L}+)", "a\u1C89b1"), ElementsAre(Pair(0, 5))); // a letter since Unicode 16
    EXPECT_THAT(found(R"([^\p{L}\d]+)", "a--1-\u1C8A"), ElementsAre(Pair(1, 3), Pair(4, 5)));
    EXPECT_THAT(found(R"(\W)", "\u2188 a"), ElementsAre(Pair(3, 4))); // a Roman numeral is alphabetic
    EXPECT_THAT(found(R"([\P{L}&&[^ ]]+)", "a1 -"), ElementsAre(Pair(1, 2), Pair(3, 4)));
    EXPECT_THAT(found(R"(\p{^Lu}+)", "aBc"), ElementsAre(Pair(0, 1), Pair(2, 3)));
    EXPECT_THAT(found(R"([]a]+)", "x]a"), ElementsAre(Pair(1, 3)));
    EXPECT_THAT(found(R"(\p{Cn})", "\u0378a"), ElementsAre(Pair(0, 2)));
}

TEST(RegularExpressions, EmptyMatchesStandBetween)
{
    EXPECT_THAT(found(R"((?=(\d{3})+(?!\d)))", "1234567"), ElementsAre(Pair(1, 1), Pair(4, 4)));
    EXPECT_THAT(found("x*", "axé"), ElementsAre(Pair(0, 0), Pair(1, 2), Pair(4, 4)));
    EXPECT_TRUE(found("b", "").empty());
}

TEST(Graphemes, ClustersAreWhatPeopleSee)
{
    const auto lengths = [](const std::string& text) {
        std::vector<size_t> result;
        for (size_t at = 0, end; at < text.size(); at = end) {
            end = unicode::graphemeEnd(text, at);
            result.push_back(end - at);
        }
        return result;
    };
    EXPECT_THAT(lengths("ab"), ElementsAre(1, 1));
    EXPECT_THAT(lengths("\r\n\n\ra"), ElementsAre(2, 1, 1, 1));
    EXPECT_THAT(lengths("e\u0301\u0302x"), ElementsAre(5, 1));
    EXPECT_THAT(lengths("\U0001F469\u200D\U0001F469a"), ElementsAre(11, 1));
    EXPECT_THAT(lengths("a\u200D\U0001F469"), ElementsAre(4, 4));
    EXPECT_THAT(lengths("\U0001F1E9\U0001F1EA\U0001F1EB"), ElementsAre(8, 4));
    EXPECT_THAT(lengths("\u1100\u1161\u11A8\uAC01\u11A8"), ElementsAre(9, 6));
    EXPECT_THAT(lengths("\u0939\u094D\u0928\u0928"), ElementsAre(9, 3)); // a conjunct
    EXPECT_THAT(lengths("\u0600a"), ElementsAre(3));
}

TEST(Steps, AddedTokensMayOverlapInSwallowedSpace)
{
    const std::string file =
        std::string("{") + kWords + R"(, "pre_tokenizer": {"type": "WhitespaceSplit"}, "added_tokens": [
        {"content": "\n", "rstrip": true}, {"content": "y"}]})";
    expectTokens(file, "\n\r\nx z", {4, 4, 1, 0}, {{0, 3}, {2, 3}, {3, 4}, {5, 6}});
    expectTokens(file, "x\n y", {1, 4, 3}, {{0, 1}, {1, 3}, {3, 4}});
    // What strips both sides is nothing where the token before has swallowed it.
    const std::string both =
        std::string("{") + kWords + R"(, "pre_tokenizer": {"type": "WhitespaceSplit"}, "added_tokens": [
        {"content": "\n", "lstrip": true, "rstrip": true}, {"content": "y", "rstrip": true}]})";
    expectTokens(both, "x \n\n z", {1, 4, 0}, {{0, 1}, {1, 5}, {5, 6}});
    expectTokens(both, "y\n\nx", {3, 1}, {{0, 3}, {3, 4}});
}

TEST(Steps, MetaspaceAsksForTheStartOfTheOriginalText)
{
    const std::string file = std::string("{") + kWords + R"(, "normalizer": {"type": "Strip"},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"}})";
    expectTokens(file, "x", {2}, {{0, 1}});
    expectTokens(file, " x", {1}, {{1, 2}});
    expectTokens(file, "x x", {2, 2}, {{0, 1}, {1, 3}});
}

TEST(Steps, ByteLevelMayStandBeforeOthers)
{
    expectTokens(R"({"model": {"type": "BPE", "vocab": {"Ġ": 0, "a": 1, "1": 2, "Ã": 3, "©": 4, "Ġa": 5},
        "merges": [["Ġ", "a"]]}, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
        {"type": "ByteLevel", "add_prefix_space": true}, {"type": "Digits", "individual_digits": true}]}})",
                 "a11 é a", {5, 2, 2, 0, 3, 4, 5}, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {4, 5}, {5, 7}});
}

TEST(Models, UnigramTakesTheLikeliestAndFusesTheUnknown)
{
    const std::string file = R"({"model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["a", -1.0],
        ["ab", -2.0], ["b", -1.0], ["▁", -3.0]]}})";
    expectTokens(file, "abzzéa", {2, 0, 1}, {{0, 2}, {2, 5}, {5, 6}});
    expectTokens(file, "<unk>", {0}, {{0, 5}});
    expectTokens(file, "zza", {0, 1}, {{0, 2}, {2, 3}});
    const std::string bytes = R"({"model": {"type": "Unigram", "unk_id": 0, "byte_fallback": true, "vocab": [
        ["<unk>", 0.0], ["a", -1.0], ["<0x7A>", -9.0], ["<0xC3>", -9.0]]}})";
    expectTokens(bytes, "azza", {1, 2, 2, 1}, {{0, 1}, {1, 3}, {1, 3}, {3, 4}});
    expectTokens(bytes, "aé", {1, 0}, {{0, 1}, {1, 2}});
}

TEST(Models, BpeWithMarksAtTheEndsOfWords)
{
    expectTokens(R"({"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "##b": 2, "ab": 3, "b</w>": 4, "ab</w>": 5,
        "##b</w>": 6, "a</w>": 7}, "merges": [["a", "##b"], ["a", "##b</w>"]], "continuing_subword_prefix": "##",
        "end_of_word_suffix": "</w>"}, "pre_tokenizer": {"type": "Whitespace"}})",
                 "ab abb a b", {5, 3, 6, 7, 4}, {{0, 2}, {3, 5}, {5, 6}, {7, 8}, {9, 10}});
}

TEST(Models, SayWhereTheyNeedAnUnknownTokenThatIsNone)
{
    for (const char* file : {R"({"model": {"type": "Unigram", "vocab": [["a", -1.0]]}})",
                             R"({"model": {"type": "BPE", "unk_token": "?", "vocab": {"a": 0}, "merges": []}})"}) {
        ModelFolder folder;
        folder.write("tokenizer.json", file);
        const auto tokenizer = loadTokenizer(folder.path());
        EXPECT_EQ(tokenizer->encodeIds("aa", false), (Ids{0, 0}));
        EXPECT_THROW(tokenizer->encodeIds("ax", false), Error);
    }
}
