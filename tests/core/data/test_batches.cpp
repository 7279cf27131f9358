// SPDX-License-Identifier: GPL-3.0-or-later
// Batches, order and masks against transformers' own.
#include "core/data/batches.h"
#include "core/data/collator.h"
#include "core/data/masking.h"
#include "core/data/random_source.h"
#include "tests/core/data/data_test_support.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace
{

using Matrix = std::vector<std::vector<int64_t>>;

TokenColumns columnsOf(const Json& rows, const std::function<int32_t(int32_t)>& label = {}, bool withAttention = false)
{
    TokenColumns columns;
    for (const Json& row : rows) {
        const auto ids = (row.is_object() ? row["input_ids"] : row).get<std::vector<int32_t>>();
        columns.ids.insert(columns.ids.end(), ids.begin(), ids.end());
        if (label)
            for (const int32_t id : ids)
                columns.labels.push_back(label(id));
        if (withAttention) {
            const auto attention = row["attention_mask"].get<std::vector<uint8_t>>();
            columns.attention.insert(columns.attention.end(), attention.begin(), attention.end());
        }
        columns.offsets.push_back(static_cast<int64_t>(columns.ids.size()));
    }
    return columns;
}

/// A padded batch as transformers made it equals a packed one of ours; `shift` where labels are unshifted.
void expectSame(const PackedBatch& ours, const Json& padded, bool shift)
{
    const auto ids = padded["input_ids"].get<Matrix>(), attention = padded["attention_mask"].get<Matrix>(),
               labels = padded["labels"].get<Matrix>();
    std::vector<int64_t> expectedIds, expectedTargets;
    std::vector<int32_t> borders{0};
    for (size_t b = 0; b < ids.size(); ++b) {
        for (size_t t = 0; t < ids[b].size(); ++t) {
            if (attention[b][t] == 0)
                continue;
            expectedIds.push_back(ids[b][t]);
            expectedTargets.push_back(!shift ? labels[b][t] : t + 1 < ids[b].size() ? labels[b][t + 1] : -100);
        }
        if (static_cast<int32_t>(expectedIds.size()) > borders.back())
            borders.push_back(static_cast<int32_t>(expectedIds.size()));
    }
    EXPECT_EQ(ours.inputIds, expectedIds);
    EXPECT_EQ(ours.targets, expectedTargets);
    EXPECT_EQ(ours.cuSeqlens, borders);
}

} // namespace

TEST(Collator, MasksAreTransformers)
{
    const Json recorded = golden("collator.json");
    auto tokenizer = bertLike(3, 4, 5);
    // The recorded tokenizer's special ids: [PAD] [UNK] [CLS] [SEP] [MASK].
    tokenizer->specialIds = {0, 2, 3, 4, 5};
    for (const auto& [name, test] : recorded.items()) {
        if (!name.starts_with("mlm"))
            continue;
        SCOPED_TRACE(name);
        MaskingOptions options;
        options.rule.probability = name == "mlm_probability_0.5" ? 0.5 : 0.15;
        options.maskToken = 5;
        options.vocabularySize = 205;
        RandomSource random(test["seed"].get<uint64_t>());
        Masker masker(options, random);
        const Dataset dataset(columnsOf(test["rows"], {}, true));
        std::vector<int64_t> rows;
        for (int64_t i = 0; i < dataset.size(); ++i)
            rows.push_back(i);
        expectSame(maskedCollator(masker, tokenizer, MaskDraws::WholeBatch)->collate(dataset, rows), test, false);
    }
}

TEST(Collator, CausalTargetsAreShifted)
{
    const Json test = golden("collator.json")["clm_pad_is_eos"];
    const Dataset dataset(columnsOf(test["rows"], [](int32_t id) { return id == 436 ? -100 : id; }));
    expectSame(causalCollator()->collate(dataset, {0, 1, 2, 3, 4}), test, true);
}

TEST(Collator, PackedBatchOfMixedRows)
{
    TokenColumns columns;
    columns.offsets = {0, 3, 3, 7};
    columns.ids = {1, 2, 3, 9, 4, 5, 9};
    columns.attention = {1, 1, 1, 0, 1, 1, 0};
    columns.types = {0, 0, 1, 0, 1, 1, 0};
    const Dataset dataset(columns);
    EXPECT_EQ(dataset.longest(), 4);
    const PackedBatch batch = causalCollator()->collate(dataset, {2, 1, 0});
    EXPECT_THAT(batch.inputIds, ElementsAre(4, 5, 1, 2, 3));
    EXPECT_THAT(batch.positionIds, ElementsAre(1, 2, 0, 1, 2)); // numbered from the left, as in training
    EXPECT_THAT(batch.tokenTypeIds, ElementsAre(1, 1, 0, 0, 1));
    EXPECT_THAT(batch.targets, ElementsAre(5, -100, 2, 3, -100));
    EXPECT_THAT(batch.cuSeqlens, ElementsAre(0, 2, 5));
    EXPECT_THAT(batch.rows, ElementsAre(2, 0)); // a row without tokens is no sequence
    EXPECT_EQ(batch.maxSeqlen, 3);
    EXPECT_EQ(batch.gradedTokens, 3);
    EXPECT_EQ(batch.originalIds, batch.inputIds);
}

TEST(TrainBatches, CausalRunOfTransformers)
{
    const Json recorded = golden("gpt2_linear_ga2.json");
    const Dataset dataset(columnsOf(recorded["rows"], [](int32_t id) { return id == 119 ? -100 : id; }));
    TrainArgs arguments;
    arguments.per_device_train_batch_size = 4;
    TrainBatches batches(dataset, std::make_shared<LookupTokenizer>(), ModelFacts{}, arguments);
    size_t read = 0;
    const auto order = recorded["order"].get<std::vector<int64_t>>();
    for (const Json& expected : recorded["batches"]) {
        const PackedBatch batch = batches.next();
        expectSame(batch, expected, true);
        for (const int64_t row : batch.rows)
            EXPECT_EQ(row, order[read++]);
    }
    EXPECT_EQ(read, order.size());
}

namespace
{

struct MaskedRun {
    Json recorded = golden("bert_mlm_linear_ga2.json");
    Dataset dataset{columnsOf(recorded["rows"])};
    std::shared_ptr<LookupTokenizer> tokenizer = bertLike(2, 3, 4);
    ModelFacts model;
    TrainArgs arguments;
    MaskedRun()
    {
        model.objective = Objective::Masked;
        model.vocabularySize = 120;
        tokenizer->specialIds = {0, 1, 2, 3, 4};
        arguments.per_device_train_batch_size = 4;
    }
};

} // namespace

TEST(TrainBatches, MaskedRunOfTransformers)
{
    MaskedRun run;
    TrainBatches batches(run.dataset, run.tokenizer, run.model, run.arguments);
    int number = 0;
    for (const Json& expected : run.recorded["batches"]) {
        SCOPED_TRACE(number++);
        expectSame(batches.next(), expected, false);
    }
}

TEST(TrainBatches, GoesOnBitForBit)
{
    MaskedRun run;
    TrainBatches whole(run.dataset, run.tokenizer, run.model, run.arguments);
    for (int before = 0; before < 16; ++before) {
        TrainBatches again(run.dataset, run.tokenizer, run.model, run.arguments);
        again.restore(whole.cursor());
        for (int i = 0; i < 9; ++i) {
            TrainBatches check(run.dataset, run.tokenizer, run.model, run.arguments);
            check.restore(again.cursor());
            const PackedBatch one = again.next(), other = check.next();
            EXPECT_EQ(one.inputIds, other.inputIds);
            EXPECT_EQ(one.targets, other.targets);
        }
        TrainBatches first(run.dataset, run.tokenizer, run.model, run.arguments);
        first.restore(whole.cursor());
        EXPECT_EQ(first.next().inputIds, whole.next().inputIds);
    }
    DataCursor broken = whole.cursor();
    broken.maskState = "00ff";
    EXPECT_THAT(failure([&] { whole.restore(broken); }), HasSubstr("not whole"));
    broken = whole.cursor();
    broken.batch = 99;
    EXPECT_THAT(failure([&] { whole.restore(broken); }), HasSubstr("does not fit this data"));
}

TEST(TrainBatches, NeedsAMaskToken)
{
    MaskedRun run;
    EXPECT_THAT(
        failure([&] { TrainBatches(run.dataset, std::make_shared<LookupTokenizer>(), run.model, run.arguments); }),
        HasSubstr("mask token"));
}

TEST(EvaluationBatches, MasksDoNotDependOnTheBatchSize)
{
    MaskedRun run;
    std::vector<std::vector<int64_t>> targets;
    for (const int64_t size : {1, 3, 26}) {
        EvaluationBatches batches(run.dataset, run.tokenizer, run.model, MaskRule{}, size, 42);
        EXPECT_EQ(batches.count(), (26 + size - 1) / size);
        for (int pass = 0; pass < 2; ++pass) {
            targets.emplace_back();
            batches.forEach([&](const PackedBatch& batch) {
                targets.back().insert(targets.back().end(), batch.targets.begin(), batch.targets.end());
                return true;
            });
        }
    }
    EXPECT_THAT(targets, Each(targets.front()));
}
