// SPDX-License-Identifier: GPL-3.0-or-later
// Many texts looked for at once: leftmost, then longest, against a plain search.
#include "core/tokenizers/added_tokens.h"
#include "tests/support/processor_time.h"

#include <gtest/gtest.h>
#include <random>

using namespace fettle;
using Matches = std::vector<std::pair<size_t, std::string>>;

namespace
{

Matches found(const TextFinder& finder, const std::string& text)
{
    Matches matches;
    for (size_t at = 0; const auto match = finder.next(text, at);) {
        matches.push_back({match->begin, text.substr(match->begin, match->end - match->begin)});
        at = match->end;
    }
    return matches;
}

Matches foundPlainly(const std::vector<std::string>& words, const std::string& text)
{
    Matches matches;
    for (size_t at = 0; at < text.size();) {
        std::string best;
        for (const std::string& word : words)
            if (word.size() > best.size() && text.compare(at, word.size(), word) == 0)
                best = word;
        if (!best.empty())
            matches.push_back({at, best});
        at += std::max<size_t>(best.size(), 1);
    }
    return matches;
}

TextFinder finderOf(const std::vector<std::string>& words)
{
    std::vector<TextFinder::Pattern> patterns;
    for (size_t i = 0; i < words.size(); ++i)
        patterns.push_back({words[i], uint32_t(i)});
    return TextFinder(patterns);
}

} // namespace

TEST(TextFinder, TakesTheLeftmostAndThenTheLongest)
{
    EXPECT_EQ(found(finderOf({"abcd", "bc", "b", "bcde"}), "xabcxbcdeab"),
              (Matches{{2, "bc"}, {5, "bcde"}, {10, "b"}}));
    EXPECT_TRUE(found(TextFinder(), "abc").empty());
    EXPECT_EQ(finderOf({"ab", "ab"}).next("ab", 0)->pattern, 0u);
}

TEST(TextFinder, FindsWhatAPlainSearchFinds)
{
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto word = [&](size_t longest, int letters) {
        std::string text;
        for (size_t i = 1 + random() % longest; i > 0; --i)
            text += char('a' + int(random() % unsigned(letters)));
        return text;
    };
    for (int round = 0; round < 3000; ++round) {
        std::vector<std::string> words;
        for (size_t i = 1 + random() % 8; i > 0; --i)
            words.push_back(word(6, 2 + round % 2));
        const std::string text = word(60, 2 + round % 2);
        EXPECT_EQ(found(finderOf(words), text), foundPlainly(words, text)) << text;
    }
}

/// 50,000 tokens that begin alike and a text that nearly holds them: linear, whatever their number.
TEST(AddedTokens, ManyOfThemCostNoMoreThanFew)
{
    std::vector<AddedToken> tokens;
    for (int i = 0; i < 50'000; ++i) {
        AddedToken token;
        token.content = std::string("aaaaaaaaaaaaaaaa") + std::to_string(i) + "x";
        token.id = i;
        tokens.push_back(token);
    }
    std::string text;
    for (int i = 0; text.size() < 4'000'000; ++i)
        text += std::string("aaaaaaaaaaaaaaaaaaaa") + std::to_string(i) + (i % 10 == 0 ? "x" : " ");
    const AddedTokens added(tokens);
    std::vector<TextPart> parts;
    // Some 50 ms; trying each token at each place takes minutes.
    EXPECT_LT(processorSeconds([&] { added.split(text, false, parts); }), 5);
    EXPECT_GT(parts.size(), 10'000u);
}
