// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks whose rows are read apart: no row sees another, and a block is learnt as its pieces are.
#include "core/data/collator.h"
#include "core/data/grading.h"
#include "core/data/masking.h"
#include "core/data/random_source.h"
#include "core/data/tokenizing.h"
#include "core/data/training_data.h"
#include "tests/core/data/data_test_support.h"
#include "tests/core/models/models_support.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace
{

TokenColumns twoBlocks()
{
    TokenColumns columns;
    columns.ids = {1, 2, 3, 4, 5, 6, 7};
    columns.rowStarts = {1, 0, 1, 1, 0, 0, 1};
    columns.offsets = {0, 5, 7};
    return columns;
}

/// 60 tokens in blocks of 40, rows of many lengths: one begins with a block, one is a single token, one goes on in the
/// second block.
TokenColumns blocksForLearning(bool withLabels)
{
    TokenColumns columns;
    for (int32_t i = 0; i < 60; ++i) {
        columns.ids.push_back((i * 37 + 11) % 90);
        columns.rowStarts.push_back(i == 0 || i == 7 || i == 8 || i == 30 || i == 45);
        if (withLabels)
            columns.labels.push_back(i % 3 == 1 ? (i * 17 + 5) % 90 : -100);
    }
    columns.offsets = {0, 40, 60};
    return columns;
}

/// The same tokens, each piece an example.
TokenColumns pieces(TokenColumns columns)
{
    columns.rowStarts.clear();
    columns.offsets = {0, 7, 8, 30, 40, 45, 60};
    return columns;
}

} // namespace

TEST(RowsApart, CausalTargetsStayWithinARow)
{
    const Dataset dataset(twoBlocks());
    EXPECT_EQ(dataset.size(), 2);
    const PackedBatch batch = causalCollator()->collate(dataset, {1, 0});
    EXPECT_THAT(batch.inputIds, ElementsAre(6, 7, 1, 2, 3, 4, 5));
    EXPECT_THAT(batch.targets, ElementsAre(-100, -100, 2, -100, -100, 5, -100));
    EXPECT_THAT(batch.positionIds, ElementsAre(0, 0, 0, 1, 0, 0, 1));
    EXPECT_THAT(batch.cuSeqlens, ElementsAre(0, 1, 2, 4, 5, 7));
    EXPECT_THAT(batch.rows, ElementsAre(1, 1, 0, 0, 0)); // a block is one example
    EXPECT_EQ(batch.maxSeqlen, 2);
    EXPECT_EQ(batch.paddedTokens, 7); // trl lays it out as [1, 7]
    EXPECT_EQ(batch.paddedLength, 7);
    EXPECT_EQ(countGraded(dataset, false, LookupTokenizer()).graded, batch.gradedTokens);
}

TEST(RowsApart, TokenizingKnowsWhereRowsBegin)
{
    RowTable table;
    table.beginFile("a.txt");
    for (const char* line : {"abc", "", "d"})
        table.appendText(line, line[0] != 'd');
    table.appendText("", false);
    TokenizeOptions options;
    options.blocks = Blocks::PackedApart;
    options.maxLength = 4;
    TokenizeCounts counts;
    const TokenColumns columns =
        tokenizeRows(table, {0, 1, 2, 3}, std::make_shared<LookupTokenizer>(), options, counts);
    EXPECT_THAT(columns.ids, ElementsAre(107, 108, 109, 20, 20, 110));
    EXPECT_THAT(columns.rowStarts, ElementsAre(1, 0, 0, 0, 1, 1));
    EXPECT_THAT(columns.offsets, ElementsAre(0, 4, 6));
    EXPECT_EQ(counts.cutTokens, 0);
}

TEST(RowsApart, ABlockIsLearntAsItsPiecesAre)
{
    for (const char* type : {"gpt2", "llama", "bert", "modernbert"}) {
        SCOPED_TRACE(type);
        const auto model = fettle::test::randomModel(fettle::test::smallConfig(type));
        const bool masked = model->facts().isMasked();
        const Dataset blocks(blocksForLearning(masked)), alone(pieces(blocksForLearning(masked)));
        const auto collate = [&](const Dataset& dataset, const std::vector<int64_t>& rows) {
            if (!masked)
                return causalCollator()->collate(dataset, rows);
            RandomSource random(1);
            Masker masker({}, random);
            return maskedCollator(masker, std::make_shared<LookupTokenizer>(), MaskDraws::WholeBatch)
                ->collate(dataset, rows);
        };
        const PackedBatch whole = collate(blocks, {0, 1});
        ASSERT_EQ(whole.sequences(), alone.size());
        const double scale = 1.0 / static_cast<double>(whole.gradedTokens);
        model->arena().zeroGradients();
        const LossSum together = model->gradientsOf(whole, scale);
        const at::Tensor gradients = model->arena().gradients().clone();
        model->arena().zeroGradients();
        LossSum sum;
        for (int64_t piece = 0; piece < alone.size(); ++piece) {
            const LossSum loss = model->gradientsOf(collate(alone, {piece}), scale);
            sum.sum += loss.sum;
            sum.graded += loss.graded;
        }
        EXPECT_EQ(together.graded, sum.graded);
        EXPECT_EQ(together.graded, masked ? 20 : 54);
        EXPECT_NEAR(together.sum / sum.sum, 1, 1e-6);
        const double largest = gradients.abs().max().item<double>();
        EXPECT_LT(fettle::test::largestDifference(gradients, model->arena().gradients()), 1e-5 * (1 + largest));
        // Joined as one text it is another.
        TokenColumns joined = blocksForLearning(masked);
        joined.rowStarts.clear();
        EXPECT_GT(std::abs(model->evaluateBatch(collate(Dataset(joined), {0, 1})).sum - sum.sum), 0.1);
    }
}

TEST(RowsApart, NoiseIsAsFaintAsTheWholeBatchIsLong)
{
    // What transformers 5.24's neftune_post_forward_hook draws up to, of alpha 5 and embeddings 40 wide, for these
    // blocks from trl 1.16's DataCollatorForLanguageModeling(padding_free=True): input_ids are [1, 60].
    constexpr double theirReach = 0.10206206887960434;
    const auto model = fettle::test::randomModel(fettle::test::smallConfig("llama"));
    const Dataset blocks(blocksForLearning(false)), alone(pieces(blocksForLearning(false)));
    const auto loss = [&](const Dataset& dataset, const std::vector<int64_t>& rows, double alpha) {
        model->setNoise(alpha);
        model->arena().zeroGradients();
        return model->trainBatch(causalCollator()->collate(dataset, rows), 1, {42, 0}).sum;
    };
    const std::vector<int64_t> all{0, 1, 2, 3, 4, 5}; // padded they are [6, 22]
    const double apart = loss(blocks, {0, 1}, 5);
    EXPECT_NEAR(apart / loss(alone, all, theirReach * std::sqrt(22 * 40)), 1, 1e-6);
    EXPECT_GT(std::abs(apart / loss(alone, all, 5) - 1), 1e-4);
}

TEST(RowsApart, WordsBeginWhereRowsDo)
{
    TokenColumns columns = twoBlocks();
    columns.wordStarts.assign(7, 0);
    RandomSource random(1);
    MaskingOptions options;
    options.rule = {MaskKind::WholeWord, 0.5};
    options.maskToken = 99;
    options.vocabularySize = 100;
    Masker masker(options, random);
    const auto collator = maskedCollator(masker, std::make_shared<LookupTokenizer>(), MaskDraws::EachRow);
    bool parted = false;
    for (int i = 0; i < 20; ++i) {
        const PackedBatch batch = collator->collate(Dataset(columns), {0});
        EXPECT_EQ(batch.targets[0] == ignoredLabel, batch.targets[1] == ignoredLabel); // a word
        EXPECT_EQ(batch.targets[3] == ignoredLabel, batch.targets[4] == ignoredLabel);
        parted = parted || (batch.targets[1] == ignoredLabel) != (batch.targets[2] == ignoredLabel);
    }
    EXPECT_TRUE(parted);
}

class BlocksOf : public DataFolder
{
};

TEST_F(BlocksOf, GroupTextsSaysWhatItDrops)
{
    std::string text;
    for (int i = 0; i < 1002; ++i)
        text += "a\n";
    RunConfig config;
    config.data.train = {write("a.txt", text).string()};
    config.data.blocks = Blocks::GroupTexts;
    config.data.maxLength = 3;
    const auto tokenizer = std::make_shared<LookupTokenizer>();
    const DataPreview preview = previewData(config, tokenizer);
    EXPECT_EQ(preview.tokens, 2004);
    EXPECT_EQ(preview.examples, 666 + 1); // 2,000 and 4 tokens
    EXPECT_EQ(preview.cutTokens, 2 + 1);
    EXPECT_EQ(preview.cutRows, 0);
    EXPECT_EQ(preview.gradedTokens, 2 * 667);
    config.data.maxLength = 2001;
    EXPECT_THAT(failure([&] { previewData(config, tokenizer); }),
                AllOf(HasSubstr("1,002 rows: no 1,000 of them fill a block of max_length = 2001"),
                      HasSubstr("\"blocks\": \"packed\"")));
    config.data.blocks = Blocks::Packed;
    EXPECT_EQ(previewData(config, tokenizer).examples, 2);
}

TEST_F(BlocksOf, RowsApartCountAsBlocksAndGradeAsRows)
{
    RunConfig config;
    config.data.train = {write("a.txt", "abc\nd\n\nefgh\n").string()};
    config.data.blocks = Blocks::PackedApart;
    config.data.maxLength = 6;
    const DataPreview preview = previewData(config, std::make_shared<LookupTokenizer>());
    EXPECT_EQ(preview.tokens, 12);
    EXPECT_EQ(preview.examples, 2); // "abc\nd\n" and "\nefgh\n"
    EXPECT_EQ(preview.gradedTokens, 3 + 1 + 0 + 4);
    EXPECT_FALSE(preview.emptyRowsTeachEnd);
    EXPECT_THAT(preview.countNotices, ElementsAre("1 row is empty and teaches nothing."));
    EXPECT_EQ(preview.batches.front().batch.sequences(), 4);
}
