// SPDX-License-Identifier: GPL-3.0-or-later
// The order of the rows against that of transformers' Trainer, for each train_sampling_strategy.
#include "core/data/batches.h"
#include "tests/core/data/data_test_support.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace
{

TrainArgs recordedArguments(const Json& recorded)
{
    TrainArgs arguments;
    for (const auto& [name, value] : recorded.items())
        setArgument(arguments, name, value);
    return arguments;
}

/// Rows of these lengths, all of one token.
Dataset rowsOfLengths(const std::vector<int64_t>& lengths)
{
    TokenColumns columns;
    for (const int64_t length : lengths) {
        columns.ids.insert(columns.ids.end(), static_cast<size_t>(length), 7);
        columns.offsets.push_back(static_cast<int64_t>(columns.ids.size()));
    }
    return Dataset(columns);
}

} // namespace

TEST(SamplingStrategy, RowsComeAsInTransformers)
{
    const Json file = golden("sampling.json");
    for (const Json& recorded : file["cases"]) {
        SCOPED_TRACE(jsonText(recorded["arguments"]));
        const Dataset dataset = rowsOfLengths(recorded["lengths"].get<std::vector<int64_t>>());
        const TrainArgs arguments = recordedArguments(recorded["arguments"]);
        const auto tokenizer = std::make_shared<LookupTokenizer>();
        TrainBatches batches(dataset, tokenizer, ModelFacts{}, arguments);
        TrainBatches resumed(dataset, tokenizer, ModelFacts{}, arguments);
        for (const Json& expected : recorded["batches"]) {
            resumed.restore(batches.cursor());
            EXPECT_EQ(batches.next().rows, expected.get<std::vector<int64_t>>());
            EXPECT_EQ(resumed.next().rows, expected.get<std::vector<int64_t>>());
        }
        EXPECT_EQ(batches.cursor().batch, 0) << "whole epochs were recorded";
    }
}

TEST(SamplingStrategy, MasksAreDrawnAfterTheOrderByLength)
{
    const Json recorded = golden("sampling.json")["masked"];
    TokenColumns columns;
    for (const auto& row : recorded["rows"].get<std::vector<std::vector<int32_t>>>()) {
        columns.ids.insert(columns.ids.end(), row.begin(), row.end());
        columns.offsets.push_back(static_cast<int64_t>(columns.ids.size()));
    }
    const Dataset dataset(columns);
    ModelFacts model;
    model.objective = Objective::Masked;
    model.vocabularySize = 120;
    auto tokenizer = bertLike(2, 3, 4);
    tokenizer->specialIds = {0, 1, 2, 3, 4};
    const TrainArgs arguments = recordedArguments(recorded["arguments"]);
    TrainBatches batches(dataset, tokenizer, model, arguments);
    TrainBatches resumed(dataset, tokenizer, model, arguments);
    const auto order = recorded["order"].get<std::vector<int64_t>>();
    size_t read = 0;
    for (const Json& expected : recorded["batches"]) {
        resumed.restore(batches.cursor());
        const PackedBatch batch = batches.next(), again = resumed.next();
        const auto ids = expected["input_ids"].get<std::vector<std::vector<int64_t>>>();
        const auto labels = expected["labels"].get<std::vector<std::vector<int64_t>>>();
        std::vector<int64_t> wantedIds, wantedTargets;
        for (size_t b = 0; b < ids.size(); ++b, ++read) {
            EXPECT_EQ(batch.rows[b], order[read]);
            const auto length = static_cast<ptrdiff_t>(dataset.get(order[read]).ids.size());
            wantedIds.insert(wantedIds.end(), ids[b].begin(), ids[b].begin() + length);
            wantedTargets.insert(wantedTargets.end(), labels[b].begin(), labels[b].begin() + length);
        }
        EXPECT_EQ(batch.inputIds, wantedIds);
        EXPECT_EQ(batch.targets, wantedTargets);
        EXPECT_EQ(again.inputIds, wantedIds);
        EXPECT_EQ(batch.paddedTokens, static_cast<int64_t>(ids.size() * ids.front().size()));
    }
    EXPECT_EQ(read, order.size());
}

TEST(SamplingStrategy, ACheckpointOfAnotherStrategyIsRefused)
{
    const Dataset dataset = rowsOfLengths({3, 1, 2, 5, 4});
    const auto tokenizer = std::make_shared<LookupTokenizer>();
    TrainArgs arguments;
    arguments.per_device_train_batch_size = 2;
    TrainBatches random(dataset, tokenizer, ModelFacts{}, arguments);
    arguments.train_sampling_strategy = "group_by_length";
    TrainBatches grouped(dataset, tokenizer, ModelFacts{}, arguments);
    random.next();
    EXPECT_THAT(failure([&] { grouped.restore(random.cursor()); }), HasSubstr("does not fit this data"));
    grouped.next();
    EXPECT_THAT(failure([&] { random.restore(grouped.cursor()); }), HasSubstr("does not fit this data"));
    arguments.train_sampling_strategy = "sequential";
    TrainBatches sequential(dataset, tokenizer, ModelFacts{}, arguments);
    EXPECT_THAT(sequential.next().rows, ElementsAre(0, 1));
}
