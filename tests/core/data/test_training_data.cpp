// SPDX-License-Identifier: GPL-3.0-or-later
// From run file to batches, and what a person is shown of them.
#include "core/data/batches.h"
#include "core/data/training_data.h"
#include "tests/core/data/data_test_support.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace
{

RunConfig configFor(const std::filesystem::path& file)
{
    RunConfig config;
    config.data.train = {file.string()};
    config.objective = "causal";
    config.arguments.per_device_train_batch_size = 2;
    config.arguments.num_train_epochs = 2;
    return config;
}

} // namespace

using TrainingDataOf = DataFolder;

TEST_F(TrainingDataOf, CountsWhatItRead)
{
    RunConfig config = configFor(write("a.txt", "one\n\nthree\nfour four\n"));
    config.data.maxLength = 5;
    config.data.validationFraction = 0.25;
    auto tokenizer = std::make_shared<LookupTokenizer>();
    const DataPreview preview = previewData(config, tokenizer);
    EXPECT_EQ(preview.rows, 4);
    EXPECT_EQ(preview.emptyRows, 1);
    EXPECT_EQ(preview.tokens, 17);
    EXPECT_THAT(preview.tokensPerRow, ElementsAre(3, 0, 5, 9));
    EXPECT_EQ(preview.longestRow, 9);
    EXPECT_EQ(preview.cutRows, 1);
    EXPECT_EQ(preview.cutTokens, 4);
    EXPECT_EQ(preview.trainRows, 3);
    EXPECT_EQ(preview.validationRows, 1);
    EXPECT_EQ(preview.examples, 3);
    EXPECT_EQ(preview.batchesPerEpoch, 2);
    EXPECT_EQ(preview.maxSteps, 4);
    ASSERT_EQ(preview.firstRows.size(), 4u);
    EXPECT_EQ(preview.firstRows[2].text, "three");
    EXPECT_EQ(preview.firstRows[2].row, 3);
    EXPECT_EQ(preview.firstRows[2].tokens, 5);
}

TEST_F(TrainingDataOf, PreviewShowsTheBatchesOfTheRun)
{
    RunConfig config = configFor(write("a.txt", "first\nsecond\nthird\nfourth\nfifth\n"));
    config.objective = "masked";
    auto tokenizer = bertLike(1, 2, 3);
    tokenizer->specialIds = {1, 2, 3};
    const DataPreview preview = previewData(config, tokenizer, 8);
    const ModelNeeds needs = modelNeeds(config, *tokenizer);
    const TrainingData data = loadTrainingData(config, tokenizer, needs);
    TrainBatches run(data.train, tokenizer, needs, config.arguments);
    ASSERT_EQ(preview.batches.size(), 3u); // one epoch
    for (const BatchPreview& shown : preview.batches) {
        const PackedBatch trained = run.next();
        EXPECT_EQ(shown.batch.inputIds, trained.inputIds);
        EXPECT_EQ(shown.batch.targets, trained.targets);
        EXPECT_EQ(shown.tokens.size(), trained.inputIds.size());
    }
}

TEST_F(TrainingDataOf, SplitAndValidationFile)
{
    RunConfig config = configFor(write("a.txt", "1\n22\n333\n4444\n"));
    config.data.split = "train[1:]";
    config.data.validation = write("v.txt", "val\n").string();
    const DataPreview preview = previewData(config, std::make_shared<LookupTokenizer>());
    EXPECT_EQ(preview.rows, 3);
    EXPECT_EQ(preview.trainRows, 3);
    EXPECT_EQ(preview.validationRows, 1);
    EXPECT_EQ(preview.firstRows.front().row, 2);
}

TEST_F(TrainingDataOf, PackedCountsBlocks)
{
    RunConfig config = configFor(write("a.txt", "abc\ndefgh\n"));
    config.data.packed = true;
    config.data.maxLength = 4;
    const DataPreview preview = previewData(config, std::make_shared<LookupTokenizer>());
    EXPECT_EQ(preview.trainRows, 2);
    EXPECT_EQ(preview.examples, 3);
    EXPECT_EQ(preview.cutTokens, 0);
}

TEST_F(TrainingDataOf, NothingToLearn)
{
    EXPECT_THAT(failure([&] { previewData(configFor(write("a.txt", "\n\n")), std::make_shared<LookupTokenizer>()); }),
                HasSubstr("nothing to learn from"));
    EXPECT_THAT(failure([&] { previewData(configFor(write("b.txt", "a\nb\n")), std::make_shared<LookupTokenizer>()); }),
                HasSubstr("nothing to learn from")); // one token has no next one
}

TEST_F(TrainingDataOf, ModelAndTextMustFit)
{
    auto tokenizer = std::make_shared<LookupTokenizer>();
    RunConfig config = configFor(write("a.txt", "some text\n"));
    EXPECT_THAT(failure([&] {
                    loadTrainingData(config, tokenizer, {false, 50, 0});
                }),
                HasSubstr("the model knows only 50"));
    EXPECT_THAT(failure([&] {
                    loadTrainingData(config, tokenizer, {false, 300, 4});
                }),
                HasSubstr("Set max_length to 4 or less"));
    config = configFor(write("t.jsonl", "{\"input_ids\":[1,2]}\n{\"input_ids\":[3,77]}\n"));
    EXPECT_THAT(failure([&] {
                    loadTrainingData(config, tokenizer, {false, 50, 0});
                }),
                HasSubstr("t.jsonl, row 2: \"input_ids\" holds the token 77; the model knows 0 to 49."));
}

TEST_F(TrainingDataOf, CanBeCancelledWhileTokenizing)
{
    const auto file = write("a.txt", "some text\n");
    failure(
        [&] {
            previewData(configFor(file), std::make_shared<LookupTokenizer>(), 8,
                        [](double fraction) { return fraction < 0.5; });
        },
        ErrorCode::Stopped);
}
