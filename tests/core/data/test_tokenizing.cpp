// SPDX-License-Identifier: GPL-3.0-or-later
// Rows to examples: blocks and truncated lines as run_clm and run_mlm make them.
#include "core/data/tokenizing.h"
#include "tests/core/data/data_test_support.h"

#include <gmock/gmock.h>
#include <numeric>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace
{

using Rows = std::vector<std::vector<int32_t>>;

Rows asRows(const TokenColumns& columns)
{
    Rows rows;
    for (int64_t i = 0; i < columns.rows(); ++i)
        rows.emplace_back(columns.ids.begin() + columns.offsets[static_cast<size_t>(i)],
                          columns.ids.begin() + columns.offsets[static_cast<size_t>(i) + 1]);
    return rows;
}

RowTable tableOf(const std::vector<std::string>& lines)
{
    RowTable table;
    table.beginFile("lines");
    for (const std::string& line : lines)
        table.appendText(line, false);
    return table;
}

Rows tokenized(const RowTable& table, std::shared_ptr<const Tokenizer> tokenizer, const TokenizeOptions& options,
               TokenizeCounts* counts = nullptr)
{
    TokenizeCounts own;
    std::vector<int64_t> rows(static_cast<size_t>(table.size()));
    std::iota(rows.begin(), rows.end(), 0);
    return asRows(tokenizeRows(table, rows, std::move(tokenizer), options, counts ? *counts : own));
}

} // namespace

TEST(Tokenizing, CausalBlocksAreRunClms)
{
    const Json recorded = golden("blocks.json");
    auto tokenizer = std::make_shared<LookupTokenizer>();
    const auto lines = recorded["lines"].get<std::vector<std::string>>();
    const auto rows = recorded["clm_rows"].get<Rows>();
    for (size_t i = 0; i < lines.size(); ++i)
        tokenizer->known[lines[i]] = rows[i];
    TokenizeOptions options;
    options.blocks = Blocks::Packed;
    options.maxLength = 32;
    Rows blocks = tokenized(tableOf(lines), tokenizer, options);
    const auto expected = recorded["clm_blocks"].get<Rows>();
    ASSERT_EQ(blocks.size(), expected.size() + 1);
    EXPECT_EQ(blocks.back().size(), 4u);
    blocks.pop_back();
    EXPECT_EQ(blocks, expected);
    options.blocks = Blocks::GroupTexts;
    TokenizeCounts counts;
    EXPECT_EQ(tokenized(tableOf(lines), tokenizer, options, &counts), expected);
    EXPECT_EQ(counts.cutTokens, 4);
}

TEST(Tokenizing, GroupTextsDropsARestAfterEveryThousandRows)
{
    TokenizeOptions options;
    options.blocks = Blocks::GroupTexts;
    options.maxLength = 3;
    TokenizeCounts counts;
    std::vector<std::string> lines(1000, "ab");
    lines.insert(lines.end(), {"cd", "e"});
    const Rows blocks = tokenized(tableOf(lines), std::make_shared<LookupTokenizer>(), options, &counts);
    ASSERT_EQ(blocks.size(), 667u);
    EXPECT_THAT(blocks[665], ElementsAre(108, 107, 108));
    EXPECT_THAT(blocks[666], ElementsAre(109, 110, 111)); // the 2,000 tokens before leave two that go
    EXPECT_EQ(counts.cutTokens, 2);
    options.maxLength = 2001;
    EXPECT_THAT(tokenized(tableOf(lines), std::make_shared<LookupTokenizer>(), options), ElementsAre());
}

TEST(Tokenizing, MaskedBlocksAndLinesAreRunMlms)
{
    const Json recorded = golden("blocks.json");
    auto tokenizer = bertLike(3, 4, 5);
    const auto lines = recorded["lines"].get<std::vector<std::string>>();
    const auto rows = recorded["mlm_rows"].get<Rows>();
    for (size_t i = 0; i < lines.size(); ++i)
        tokenizer->known[lines[i]] = rows[i];
    TokenizeOptions options;
    options.blocks = Blocks::Packed;
    options.maxLength = 32;
    Rows blocks = tokenized(tableOf(lines), tokenizer, options);
    const auto expected = recorded["mlm_blocks"].get<Rows>();
    blocks.resize(expected.size());
    EXPECT_EQ(blocks, expected);

    options.blocks = Blocks::Lines;
    TokenizeCounts counts;
    EXPECT_EQ(
        tokenized(tableOf(recorded["mlm_kept_lines"].get<std::vector<std::string>>()), tokenizer, options, &counts),
        recorded["mlm_line_by_line"].get<Rows>());
    EXPECT_EQ(counts.cutRows, 9);
    EXPECT_EQ(counts.tokensPerRow.front(), 7);
}

TEST(Tokenizing, PackedTextKeepsItsLineEnds)
{
    RowTable table;
    table.beginFile("a.txt");
    table.appendText("ab", true);
    table.appendText("", true);
    table.appendText("c", false);
    TokenizeOptions options;
    options.blocks = Blocks::Packed;
    options.maxLength = 3;
    EXPECT_THAT(tokenized(table, std::make_shared<LookupTokenizer>(), options),
                ElementsAre(ElementsAre(107, 108, 20), ElementsAre(20, 109)));
    options.blocks = Blocks::Lines;
    EXPECT_THAT(tokenized(table, std::make_shared<LookupTokenizer>(), options),
                ElementsAre(ElementsAre(107, 108), ElementsAre(), ElementsAre(109)));
}

TEST(Tokenizing, EndOfTextStaysWhenARowIsCut)
{
    auto tokenizer = std::make_shared<LookupTokenizer>();
    tokenizer->specials.eos = 7;
    TokenizeOptions options;
    options.maxLength = 3;
    options.appendEndOfText = true;
    TokenizeCounts counts;
    EXPECT_THAT(tokenized(tableOf({"a", "abcd", ""}), tokenizer, options, &counts),
                ElementsAre(ElementsAre(107, 7), ElementsAre(107, 108, 7), ElementsAre(7)));
    EXPECT_EQ(counts.cutTokens, 2);
    tokenizer = std::make_shared<LookupTokenizer>();
    EXPECT_THAT(failure([&] { tokenized(tableOf({"a"}), tokenizer, options); }), HasSubstr("no end-of-text token"));
}

TEST(Tokenizing, SpecialTokensNeedRoom)
{
    TokenizeOptions options;
    options.maxLength = 2;
    EXPECT_THAT(failure([&] { tokenized(tableOf({"a"}), bertLike(1, 2, 3), options); }),
                HasSubstr("special tokens alone are 2"));
}

TEST(Tokenizing, ManyRowsInOrder)
{
    std::vector<std::string> lines;
    for (int i = 0; i < 5000; ++i)
        lines.push_back(std::to_string(i));
    TokenizeOptions options;
    auto tokenizer = std::make_shared<LookupTokenizer>();
    const Rows rows = tokenized(tableOf(lines), tokenizer, options);
    for (size_t i = 0; i < lines.size(); ++i)
        EXPECT_EQ(tokenizer->decode(rows[i], false), lines[i]);
}
