// SPDX-License-Identifier: GPL-3.0-or-later
// From run file to batches, and what a person is shown of them.
#include "core/data/batches.h"
#include "core/data/training_data.h"
#include "tests/core/data/data_test_support.h"
#include "tests/support/tree.h"

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
    const ModelFacts needs = tokenizerFacts(config, *tokenizer);
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
    config.data.blocks = Blocks::Packed;
    config.data.maxLength = 4;
    const DataPreview preview = previewData(config, std::make_shared<LookupTokenizer>());
    EXPECT_EQ(preview.trainRows, 2);
    EXPECT_EQ(preview.examples, 3);
    EXPECT_EQ(preview.cutTokens, 0);
}

TEST_F(TrainingDataOf, TextsWithWeightsAreReadSoOften)
{
    RunConfig config = configFor(write("a.txt", "a0\na1\na2\na3\n"));
    std::filesystem::create_directory(folder / "more");
    write("more/b.txt", "b0\nb1\n");
    write("more/c.txt", "c0\n");
    config.data.train.push_back((folder / "more").string());
    config.arguments.train_sampling_strategy = "sequential";
    config.arguments.per_device_train_batch_size = 100;
    const auto tokenizer = std::make_shared<LookupTokenizer>();
    const auto read = [&](double first, double second) {
        config.data.trainWeights = {{config.data.train[0], first}, {config.data.train[1], second}};
        const PackedBatch batch = previewData(config, tokenizer).batches.at(0).batch;
        std::vector<std::string> rows;
        for (int64_t s = 0; s < batch.sequences(); ++s)
            rows.push_back(tokenizer->decode(
                std::vector<int32_t>(batch.inputIds.begin() + 2 * s, batch.inputIds.begin() + 2 * s + 2), false));
        return rows;
    };
    const std::vector<std::string> once{"a0", "a1", "a2", "a3", "b0", "b1", "c0"};
    EXPECT_EQ(read(1, 1), once);
    EXPECT_THAT(read(1, 2), ElementsAre("a0", "a1", "a2", "a3", "b0", "b1", "c0", "b0", "b1", "c0"));
    const auto more = read(1.5, 3); // of a half of a time two rows of four are drawn
    ASSERT_EQ(more.size(), 7u + 2 + 3 + 3);
    EXPECT_EQ(std::vector<std::string>(more.begin(), more.begin() + 7), once);
    EXPECT_THAT(std::vector<std::string>(more.begin() + 7, more.begin() + 9), testing::Each(testing::StartsWith("a")));
    EXPECT_NE(more[7], more[8]);
    EXPECT_EQ(read(1.5, 3), more);

    const auto half = read(0.5, 0.001); // each file has a row at the least
    ASSERT_EQ(half.size(), 2u + 1 + 1);
    EXPECT_EQ(half[3], "c0");
    DataPreview preview = previewData(config, tokenizer);
    EXPECT_EQ(preview.rows, 4);
    EXPECT_EQ(preview.sources[0].weight, 0.5);
    EXPECT_EQ(preview.sources[2].weight, 0.001);
    EXPECT_THAT(preview.notices, ElementsAre("a.txt: 2 of 4 rows are drawn (weight 0.5).",
                                             "b.txt: 1 of 2 rows are drawn (weight 0.001).",
                                             "c.txt: 1 of 1 rows are drawn (weight 0.001)."));
    config.data.trainWeights = {{config.data.train[0], 2}};
    config.data.validationFraction = 0.3;
    preview = previewData(config, tokenizer);
    EXPECT_EQ(preview.rows, 7);
    EXPECT_EQ(preview.validationRows, 3);
    EXPECT_EQ(preview.tokens, 14); // of the rows, once each
    EXPECT_GE(preview.trainRows, 4 + 1);
    EXPECT_EQ(preview.examples, preview.trainRows);
    EXPECT_THAT(preview.notices, ElementsAre(HasSubstr("a.txt: an epoch reads each of its")));
}

TEST_F(TrainingDataOf, NothingToLearn)
{
    EXPECT_THAT(failure([&] { previewData(configFor(write("a.txt", "\n\n")), std::make_shared<LookupTokenizer>()); }),
                HasSubstr("nothing to learn from"));
    EXPECT_THAT(failure([&] { previewData(configFor(write("b.txt", "a\nb\n")), std::make_shared<LookupTokenizer>()); }),
                HasSubstr("nothing to learn from")); // one token has no next one
}

TEST_F(TrainingDataOf, SaysWhyThereIsNothingToLearn)
{
    const auto said = [&](const RunConfig& config, std::shared_ptr<LookupTokenizer> tokenizer) {
        return failure([&] { previewData(config, tokenizer); });
    };
    const auto plain = std::make_shared<LookupTokenizer>();
    EXPECT_THAT(said(configFor(write("a.txt", "\n\n")), plain), HasSubstr("in 2 rows: they are empty"));
    EXPECT_THAT(said(configFor(write("b.txt", "a\nb\nc\n")), plain),
                HasSubstr("in 3 rows: none has more than one token"));
    EXPECT_THAT(said(configFor(write("c.jsonl", "{\"input_ids\":[11,12],\"labels\":[-100,-100]}\n")), plain),
                HasSubstr("in 1 row: every label is -100"));

    RunConfig masked = configFor(std::filesystem::path(fettle::test::goldenFolder) / "cases" / "09-thai.txt");
    masked.objective = "masked";
    masked.model = "bundled:nano-bert";
    auto blind = bertLike(1, 2, 3);
    blind->specialIds = {0, 1, 2, 3};
    blind->specials.unk = 0;
    blind->unknownFrom = 0;
    EXPECT_THAT(said(masked, blind),
                HasSubstr("in 40 rows: the vocabulary of nano-bert does not know this script: 100 % unknown"));
}

TEST_F(TrainingDataOf, CountsWhatIsGradedAndWhatIsUnknown)
{
    RunConfig config = configFor(write("a.txt", "abc\n\nd\n"));
    EXPECT_EQ(previewData(config, std::make_shared<LookupTokenizer>()).gradedTokens, 2); // of "abc"
    config.objective = "masked";
    auto tokenizer = bertLike(1, 2, 3);
    tokenizer->specialIds = {0, 1, 2, 3};
    tokenizer->specials.unk = 0;
    tokenizer->unknownFrom = 0x80;
    EXPECT_EQ(previewData(config, tokenizer).gradedTokens, 4);
    config = configFor(write("b.txt", "abcd\xC3\xA4\n"));
    config.objective = "masked";
    const DataPreview preview = previewData(config, tokenizer);
    EXPECT_EQ(preview.gradedTokens, 4);
    EXPECT_EQ(preview.unknownTokens, 2);
    EXPECT_THAT(preview.countNotices, ElementsAre(HasSubstr("33 % of the tokens are unknown")));
}

TEST_F(TrainingDataOf, LeavesEmptyRowsOutWhereAskedTo)
{
    RunConfig config = configFor(write("a.txt", "one\n\nthree\n\nfour four\nfive\n"));
    config.data.split = "train[1:]";
    config.data.validationFraction = 0.3;
    const auto tokenizer = std::make_shared<LookupTokenizer>();
    EXPECT_EQ(previewData(config, tokenizer).emptyRows, 2);
    config.data.skipEmptyRows = true;
    const DataPreview preview = previewData(config, tokenizer);
    EXPECT_EQ(preview.rows, 3);
    EXPECT_EQ(preview.emptyRows, 0);
    EXPECT_EQ(preview.skippedRows, 2);
    EXPECT_THAT(preview.tokensPerRow, ElementsAre(5, 9, 4));
    EXPECT_EQ(preview.trainRows + preview.validationRows, 3);
    EXPECT_EQ(preview.validationRows, 1) << "a share of the rows that are left";
    EXPECT_EQ(preview.firstRows.front().row, 3) << "numbers stay those of the file";
    EXPECT_THAT(preview.countNotices, ElementsAre("2 empty rows are left out."));
    config.data.validation = write("v.txt", "\nval\n").string();
    EXPECT_EQ(previewData(config, tokenizer).validationRows, 1);
    config.data.split = "train[1:2]";
    EXPECT_THAT(failure([&] { previewData(config, tokenizer); }), HasSubstr("1 row: they are empty"));
}

TEST_F(TrainingDataOf, SaysWhatEmptyRowsTeach)
{
    RunConfig config = configFor(write("a.txt", "one\n\nthree\n\n"));
    const auto notices = [&](std::shared_ptr<LookupTokenizer> tokenizer) {
        return previewData(config, std::move(tokenizer)).countNotices;
    };
    const auto nothing = ElementsAre("2 rows are empty and teach nothing.");
    const auto anEnd = ElementsAre(
        "2 rows are empty: each teaches the model to write nothing (data.empty_rows=skip leaves them out).");
    const auto tokenizer = std::make_shared<LookupTokenizer>();
    tokenizer->specials.eos = 2;
    EXPECT_THAT(notices(tokenizer), nothing);
    config.data.appendEndOfText = true;
    EXPECT_THAT(notices(tokenizer), nothing) << "an end with nothing before it is not graded";
    tokenizer->before = {1};
    EXPECT_THAT(notices(tokenizer), anEnd);
    EXPECT_TRUE(previewData(config, tokenizer).emptyRowsTeachEnd);
    config.data.blocks = Blocks::Packed;
    EXPECT_THAT(notices(tokenizer), anEnd);
    config.data.appendEndOfText = false;
    EXPECT_THAT(notices(tokenizer), testing::IsEmpty()) << "a line break among others";
    config.data.blocks = Blocks::Lines;
    EXPECT_THAT(notices(tokenizer), nothing);
    tokenizer->after = {2}; // the tokenizer's own end of text
    EXPECT_THAT(notices(tokenizer), anEnd);

    config.objective = "masked";
    const auto masked = bertLike(1, 2, 3);
    masked->specialIds = {1, 2, 3};
    EXPECT_THAT(notices(masked), nothing) << "special tokens are never hidden";
}

TEST_F(TrainingDataOf, SaysWhichColumnsAreNotRead)
{
    const auto notices = [&](const std::string& name, const std::string& content) {
        return previewData(configFor(write(name, content)), std::make_shared<LookupTokenizer>()).notices;
    };
    EXPECT_THAT(
        notices("a.jsonl", "{\"instruction\":\"Write to the harbour master.\",\"id\":7,\"answer\":\"Dear Sir\"}\n"),
        ElementsAre("instruction and id are not read: the model learns answer alone."));
    EXPECT_THAT(notices("b.csv", "question,text\nWhere does the ship lie tonight,At the quay\n"),
                ElementsAre("question is not read: the model learns text alone."));
    EXPECT_THAT(notices("c.csv", "no,name,text\n1,Ann,At the quay\n"), testing::IsEmpty()) << "no texts beside it";
}

TEST_F(TrainingDataOf, PiecesOfOneCharacterAreMarked)
{
    struct Bytes : LookupTokenizer {
        std::string pieceBytes(int32_t id) const override { return std::string(1, static_cast<char>(id - 10)); }
    };
    RunConfig config = configFor(write("a.txt", "a\u00FC\n\u00FCb\n"));
    const DataPreview preview = previewData(config, std::make_shared<Bytes>());
    ASSERT_EQ(preview.batches.size(), 1u);
    const BatchPreview& batch = preview.batches.front();
    const bool inOrder = batch.tokens.front() == "a";
    EXPECT_THAT(batch.tokens,
                inOrder ? ElementsAre("a", "ü", "ü", "ü", "ü", "b") : ElementsAre("ü", "ü", "b", "a", "ü", "ü"));
    EXPECT_THAT(batch.continues, inOrder ? ElementsAre(false, false, true, false, true, false)
                                         : ElementsAre(false, true, false, false, false, true));
}

TEST_F(TrainingDataOf, SaysWhatIsOddAboutTheText)
{
    const auto notices = [&](const std::string& name, const std::string& content) {
        return previewData(configFor(write(name, content)), std::make_shared<LookupTokenizer>()).countNotices;
    };
    EXPECT_THAT(notices("a.jsonl", "{\"text\":\"some\"}\n{\"text\":null}\n"),
                ElementsAre(HasSubstr("1 row has no \"text\""), "1 row is empty and teaches nothing."));
    EXPECT_THAT(notices("b.txt", std::string("some\0text\nand\0more\n", 19)),
                ElementsAre(HasSubstr("2 zero characters (NUL)")));
    EXPECT_THAT(notices("c.jsonl", "{\"text\":\"a \\ud83d b\"}\n"),
                ElementsAre(HasSubstr("1 character could not be read")));
}

TEST_F(TrainingDataOf, ModelAndTextMustFit)
{
    const auto modelOf = [](int64_t vocabulary, int64_t context) {
        ModelFacts model;
        model.vocabularySize = vocabulary;
        model.contextLength = context;
        return model;
    };
    auto tokenizer = std::make_shared<LookupTokenizer>();
    RunConfig config = configFor(write("a.txt", "some text\n"));
    EXPECT_THAT(failure([&] { loadTrainingData(config, tokenizer, modelOf(50, 0)); }),
                HasSubstr("the model has room for 50 tokens"));
    EXPECT_THAT(failure([&] { loadTrainingData(config, tokenizer, modelOf(300, 4)); }),
                HasSubstr("Set max_length to 4 or less"));
    config = configFor(write("t.jsonl", "{\"input_ids\":[1,2]}\n{\"input_ids\":[3,77]}\n"));
    EXPECT_THAT(failure([&] { loadTrainingData(config, tokenizer, modelOf(50, 0)); }),
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
