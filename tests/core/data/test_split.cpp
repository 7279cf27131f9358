// SPDX-License-Identifier: GPL-3.0-or-later
// Slices of a data set, as Hugging Face's datasets reads them, and rows kept aside.
#include "core/data/sampler.h"
#include "core/data/split.h"
#include "tests/core/data/data_test_support.h"

#include <gmock/gmock.h>
#include <numeric>
#include <set>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::HasSubstr;

namespace
{

std::vector<int64_t> range(int64_t begin, int64_t end)
{
    std::vector<int64_t> rows(static_cast<size_t>(end - begin));
    std::iota(rows.begin(), rows.end(), begin);
    return rows;
}

} // namespace

TEST(Split, Slices)
{
    EXPECT_EQ(splitRows("", 5), range(0, 5));
    EXPECT_EQ(splitRows("train", 5), range(0, 5));
    EXPECT_EQ(splitRows("train[:]", 5), range(0, 5));
    EXPECT_EQ(splitRows("train[:3]", 5), range(0, 3));
    EXPECT_EQ(splitRows("train[:1_000]", 5000), range(0, 1000));
    EXPECT_EQ(splitRows("train[:1000]", 5), range(0, 5)); // no more than there are
    EXPECT_EQ(splitRows("train[-2:]", 5), range(3, 5));
    EXPECT_EQ(splitRows("train[-9:2]", 5), range(0, 2));
    EXPECT_EQ(splitRows("train[10%:20%]", 50), range(5, 10));
    EXPECT_EQ(splitRows("train[:50%]", 5), range(0, 2)); // 2.5 rounds to even
    EXPECT_EQ(splitRows("train[:50%]", 7), range(0, 4)); // 3.5 too
    EXPECT_EQ(splitRows("train[-10%:]", 999), range(899, 999));
    EXPECT_EQ(splitRows("train[:10%](pct1_dropremainder)", 999), range(0, 90));
    EXPECT_EQ(splitRows("train[:2] + train[3:]", 5), (std::vector<int64_t>{0, 1, 3, 4}));
}

TEST(Split, WhatEndsBeforeItBeginsIsEmpty)
{
    for (const RowRange& part : parseSplit("train[-15%:0]+train[3:2]", 100))
        EXPECT_EQ(part.begin, part.end);
    EXPECT_EQ(splitRows("train[3:2]+train[:1]", 5), range(0, 1));
}

TEST(Split, Nonsense)
{
    EXPECT_THAT(failure([] { splitRows("test[:5]", 5); }), HasSubstr("no part called \"test\""));
    EXPECT_THAT(failure([] { splitRows("train[5]", 5); }), HasSubstr("has not the right form"));
    EXPECT_THAT(failure([] { splitRows("train[:120%]", 5); }), HasSubstr("120% is more than all"));
    EXPECT_THAT(failure([] { splitRows("train[7:]", 5); }), HasSubstr("leaves no row of 5"));
    EXPECT_THAT(failure([] { splitRows("train[3:2]", 5); }), HasSubstr("leaves no row"));
    EXPECT_THAT(failure([] { splitRows("train[:99999999999999999999]", 5); }), HasSubstr("is not a number"));
    EXPECT_THAT(failure([] { splitRows("train[:5](pct1_dropremainder)", 500); }), HasSubstr("does not go with it"));
}

TEST(Split, OfAnyLengthIsReadOrRefused)
{
    const std::string long_ = "train[" + std::string(30000, '1') + ":]";
    EXPECT_THAT(failure([&] { splitRows(long_, 5); }), HasSubstr("is longer than 4096 characters"));
    EXPECT_THAT(failure([] { splitRows(std::string(3000, 'a'), 5); }), HasSubstr("no part called \"aaa"));
    EXPECT_THAT(failure([] { splitRows("train[1:2", 5); }), HasSubstr("has not the right form"));
    EXPECT_THAT(failure([] { splitRows("train[1:2]x", 5); }), HasSubstr("has not the right form"));
    EXPECT_THAT(failure([] { splitRows("train[5-3:]", 5); }), HasSubstr("is not a number"));
    EXPECT_EQ(splitRows("train[:50%](closest)", 4), range(0, 2));
}

TEST(Split, KeepsAsideTheEndOfThePermutation)
{
    const auto [train, validation] = keepAside(101, 0.05, 42);
    const auto order = randomPermutation(101, 42);
    EXPECT_EQ(validation.size(), 6u);
    EXPECT_EQ(std::set<int64_t>(order.end() - 6, order.end()), std::set<int64_t>(validation.begin(), validation.end()));
    EXPECT_TRUE(std::is_sorted(train.begin(), train.end()));
    EXPECT_TRUE(std::is_sorted(validation.begin(), validation.end()));
    EXPECT_EQ(train.size(), 95u);
    EXPECT_EQ(keepAside(10, 0, 42).second.size(), 0u);
    EXPECT_THAT(failure([] { keepAside(1, 0.1, 42); }), HasSubstr("nothing is left to learn from"));
    EXPECT_THAT(failure([] { keepAside(10, 1.5, 42); }), HasSubstr("between 0 and 1"));
}

TEST(Sampler, PermutationsAreTorchs)
{
    EXPECT_EQ(randomPermutation(5, 0), (std::vector<int64_t>{4, 0, 1, 3, 2}));
    EXPECT_EQ(epochOrder(24, 0, 0), (std::vector<int64_t>{20, 5,  3,  12, 7,  2,  13, 17, 4,  1,  19, 22,
                                                          9,  18, 11, 8,  16, 10, 0,  14, 15, 23, 21, 6}));
    EXPECT_EQ(epochOrder(24, 3, 2), epochOrder(24, 5, 0));
}

TEST(Sampler, CountsSteps)
{
    TrainArgs arguments;
    arguments.per_device_train_batch_size = 4;
    arguments.gradient_accumulation_steps = 2;
    arguments.num_train_epochs = 3;
    StepPlan plan = planSteps(arguments, 26);
    EXPECT_EQ(plan.batchesPerEpoch, 7);
    EXPECT_EQ(plan.stepsPerEpoch, 4);
    EXPECT_EQ(plan.maxSteps, 12);
    arguments.num_train_epochs = 0.3;
    EXPECT_EQ(planSteps(arguments, 26).maxSteps, 2);
    arguments.max_steps = 5;
    arguments.dataloader_drop_last = true;
    plan = planSteps(arguments, 26);
    EXPECT_EQ(plan.batchesPerEpoch, 6);
    EXPECT_EQ(plan.maxSteps, 5);
    EXPECT_THAT(failure([&] { planSteps(arguments, 3); }), HasSubstr("do not fill one batch"));
    // Steps never overflow: the limit is that of max_steps.
    arguments = TrainArgs();
    arguments.num_train_epochs = 1e6;
    EXPECT_EQ(planSteps(arguments, 8000).maxSteps, 1000000000);
    EXPECT_THAT(failure([&] { planSteps(arguments, 8001); }), HasSubstr("at most 1,000,000,000 steps"));
    arguments.num_train_epochs = 1e300;
    EXPECT_THAT(failure([&] { planSteps(arguments, 1); }), HasSubstr("1e+300"));
    arguments.num_train_epochs = 1e-300;
    EXPECT_EQ(planSteps(arguments, 8).maxSteps, 1);
}
