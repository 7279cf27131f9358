// SPDX-License-Identifier: GPL-3.0-or-later
// When a run checks, saves, logs and writes; what it is asked to do; what it needs.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/train/resource_needs.h"
#include "core/train/run_control.h"
#include "core/train/step_timing.h"

#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

using namespace fettle;
using ::testing::HasSubstr;

TEST(StepTiming, ReadsCountsAndShares)
{
    EXPECT_EQ(stepsFrom(500, 100), 500);
    EXPECT_EQ(stepsFrom(0.1, 101), 11); // ceil, as transformers
    EXPECT_EQ(stepsFrom(0.001, 10), 1);
}

TEST(StepTiming, ChecksAboutTwentyTimesAtTheStartAndAtTheEnd)
{
    RunConfig config;
    const StepTiming timing(config, 414, 138, true);
    EXPECT_EQ(timing.evalSteps(), 21);
    EXPECT_TRUE(timing.evaluatesAt(0, false));
    EXPECT_TRUE(timing.evaluatesAt(21, false));
    EXPECT_FALSE(timing.evaluatesAt(22, false));
    EXPECT_TRUE(timing.evaluatesAt(414, true));
    EXPECT_EQ(timing.evaluations(), 21);
    EXPECT_FALSE(StepTiming(config, 414, 138, false).evaluatesAt(0, false));
    EXPECT_EQ(StepTiming(config, 414, 138, false).evaluations(), 0);
    config.arguments.eval_steps = 30;
    EXPECT_EQ(StepTiming(config, 100, 100, true).evaluations(), 5) << "0, 30, 60, 90 and the end";
}

TEST(StepTiming, WaitsWithTheFirstCheck)
{
    RunConfig config;
    config.arguments.eval_steps = 10;
    config.arguments.eval_delay = 25;
    const auto checks = [](const StepTiming& timing, int64_t maxSteps, int64_t epoch) {
        int64_t count = 0;
        for (int64_t step = 0; step <= maxSteps; ++step)
            count += timing.evaluatesAt(step, step > 0 && step % epoch == 0);
        return count;
    };
    const StepTiming bySteps(config, 60, 20, true);
    EXPECT_FALSE(bySteps.evaluatesAt(0, false));
    EXPECT_FALSE(bySteps.evaluatesAt(20, false));
    EXPECT_TRUE(bySteps.evaluatesAt(30, false));
    EXPECT_EQ(bySteps.evaluations(), checks(bySteps, 60, 20));
    config.arguments.eval_strategy = "epoch";
    config.arguments.eval_delay = 1.5;
    const StepTiming byEpoch(config, 60, 20, true);
    EXPECT_FALSE(byEpoch.evaluatesAt(20, true));
    EXPECT_TRUE(byEpoch.evaluatesAt(40, true));
    EXPECT_EQ(byEpoch.evaluations(), checks(byEpoch, 60, 20));
    config.arguments.eval_delay = 100;
    const StepTiming never(config, 60, 20, true);
    EXPECT_EQ(never.evaluations(), 1) << "the end is always checked";
    EXPECT_EQ(checks(never, 60, 20), 1);
}

TEST(StepTiming, LogsBySteps)
{
    RunConfig config;
    config.arguments.logging_steps = 10;
    config.arguments.logging_first_step = true;
    const StepTiming bySteps(config, 60, 20, false);
    EXPECT_TRUE(bySteps.logsAt(1, false));
    EXPECT_FALSE(bySteps.logsAt(2, false));
    EXPECT_TRUE(bySteps.logsAt(10, false));
    config.arguments.logging_strategy = "epoch";
    const StepTiming byEpoch(config, 60, 20, false);
    EXPECT_FALSE(byEpoch.logsAt(10, false));
    EXPECT_TRUE(byEpoch.logsAt(20, true));
    config.arguments.logging_strategy = "no";
    config.arguments.logging_first_step = false;
    EXPECT_FALSE(StepTiming(config, 60, 20, false).logsAt(20, true));
}

TEST(StepTiming, SavesWhereACheckIsTheBest)
{
    RunConfig config;
    config.arguments.save_strategy = "best";
    const StepTiming timing(config, 60, 20, true);
    EXPECT_TRUE(timing.savesBest());
    EXPECT_FALSE(timing.savesAt(20, true));
    EXPECT_TRUE(timing.savesAt(60, true));
    EXPECT_EQ(timing.checkpoints(), 1);
    EXPECT_EQ(timing.checksApartFromCheckpoints(), 19);
}

TEST(StepTiming, FollowsTheStrategies)
{
    RunConfig config;
    config.arguments.eval_strategy = "epoch";
    config.arguments.save_strategy = "epoch";
    const StepTiming byEpoch(config, 12, 4, true);
    EXPECT_TRUE(byEpoch.evaluatesAt(4, true));
    EXPECT_FALSE(byEpoch.evaluatesAt(5, false));
    EXPECT_TRUE(byEpoch.savesAt(4, true));
    EXPECT_FALSE(byEpoch.savesAt(5, false));
    EXPECT_EQ(byEpoch.checkpoints(), 3);
    config.arguments.eval_strategy = "no";
    config.arguments.save_strategy = "no";
    const StepTiming never(config, 12, 4, true);
    EXPECT_FALSE(never.evaluatesAt(0, false));
    EXPECT_FALSE(never.savesAt(4, true));
    EXPECT_TRUE(never.savesAt(12, true)); // the end is always kept
}

TEST(StepTiming, WritesSamplesAtTheStartEveryFiftyStepsAndAtTheEnd)
{
    RunConfig config;
    EXPECT_FALSE(StepTiming(config, 120, 40, false).samplesAt(0));
    config.samples.prompts = {"a"};
    const StepTiming timing(config, 120, 40, false);
    for (const int64_t step : {0, 50, 100, 120})
        EXPECT_TRUE(timing.samplesAt(step)) << step;
    EXPECT_FALSE(timing.samplesAt(51));
    EXPECT_EQ(timing.sampleRounds(), 4);
}

TEST(RunControl, PausesServesAndGoesOn)
{
    std::atomic<int> served{0};
    std::atomic<bool> work{false};
    RunControl control([&] { work = false, ++served; }, [&] { return work.load(); });
    control.pause();
    EXPECT_TRUE(control.isPauseWanted());
    std::thread trainer([&] { control.waitWhilePaused(); });
    work = true;
    control.wake();
    while (served == 0)
        std::this_thread::yield();
    control.resume();
    trainer.join();
    EXPECT_FALSE(control.isPauseWanted());
    EXPECT_FALSE(control.wantedEnd());
}

TEST(RunControl, AnEndEndsThePauseAndDiscardWins)
{
    RunControl control;
    control.pause();
    std::thread trainer([&] { control.waitWhilePaused(); });
    control.end(EndMode::Discard);
    trainer.join();
    control.end(EndMode::Save);
    EXPECT_EQ(control.wantedEnd(), EndMode::Discard);
    control.saveNow();
    EXPECT_TRUE(control.takeSave());
    EXPECT_FALSE(control.takeSave());
}

TEST(ResourceNeeds, AreToldWithTheirNumbersBeforeTheStart)
{
    ModelFacts model;
    model.parameters = 124'000'000;
    model.contextLength = 1024;
    model.trainingBytes = 3'000'000'000;
    RunConfig config;
    config.arguments.save_total_limit = 2;
    const StepTiming timing(config, 5000, 1000, false);
    const ResourceNeeds needs = resourceNeeds(model, config, timing, {1000, 128, false});
    EXPECT_NEAR(static_cast<double>(needs.memoryBytes), 3e9, 1e7); // the estimate's own batch of 8 x 128
    EXPECT_GT(needs.checkpointBytes, 3u * 4 * 124'000'000);
    EXPECT_GT(needs.diskBytes, 3 * needs.checkpointBytes); // two that stay, one being written, the finished model
    EXPECT_LT(needs.diskBytes, 4 * needs.checkpointBytes);
    EXPECT_NO_THROW(requireResources(needs, 4'000'000'000, 50'000'000'000));
    try {
        requireResources(needs, 1'000'000'000, 50'000'000'000);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::OutOfResources);
        EXPECT_THAT(error.message(), HasSubstr("3.0 GB of memory needed, 1.0 GB free"));
    }
    try {
        requireResources(needs, 4'000'000'000, 1'000'000);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::OutOfResources);
        EXPECT_THAT(error.message(), HasSubstr("of disk needed"));
    }
    config.arguments.per_device_train_batch_size = 16;
    EXPECT_GT(resourceNeeds(model, config, timing, {1000, 128, false}).memoryBytes, needs.memoryBytes);

    // AdamW remembers two numbers for each weight, in memory and in every checkpoint; others fewer.
    config.arguments.per_device_train_batch_size = 8;
    config.arguments.optim = "sgd";
    const ResourceNeeds least = resourceNeeds(model, config, timing, {1000, 128, false});
    EXPECT_EQ(needs.memoryBytes - least.memoryBytes, 2u * 4 * 124'000'000);
    EXPECT_EQ(needs.checkpointBytes - least.checkpointBytes, 2u * 4 * 124'000'000);
    config.arguments.optim_args = "momentum=0.9";
    EXPECT_EQ(resourceNeeds(model, config, timing, {1000, 128, false}).memoryBytes - least.memoryBytes,
              4u * 124'000'000);
}

TEST(ResourceNeeds, LayersThatAreComputedAgainTakeLess)
{
    ModelFacts model;
    model.parameters = 124'000'000;
    model.contextLength = 1024;
    model.layers = 12;
    model.hiddenSize = 768;
    model.trainingBytes = 3'000'000'000;
    RunConfig config;
    const StepTiming timing(config, 5000, 1000, false);
    const DataSize data{1000, 128, false};
    const uint64_t kept = resourceNeeds(model, config, timing, data).memoryBytes;
    config.arguments.gradient_checkpointing = true;
    const uint64_t again = resourceNeeds(model, config, timing, data).memoryBytes;
    EXPECT_LT(again, kept - 300'000'000);
    EXPECT_GT(again, 4u * 4 * 124'000'000) << "weights, gradients and moments stay";
}

TEST(ResourceNeeds, AsManyRowsAreTakenAsFit)
{
    ModelFacts model;
    model.parameters = 124'000'000;
    model.contextLength = 1024;
    model.trainingBytes = 3'000'000'000;
    RunConfig config;
    TrainArgs& arguments = config.arguments;
    arguments.per_device_train_batch_size = 16;
    const DataSize data{1000, 128, false};
    EXPECT_FALSE(fitRowsPerStep(model, arguments, data, 3'100'000'000)) << "nobody asked for it";
    arguments.auto_find_batch_size = true;
    EXPECT_FALSE(fitRowsPerStep(model, arguments, data, 9'000'000'000)) << "all fits";
    EXPECT_FALSE(fitRowsPerStep(model, arguments, data, 1'000'000'000)) << "not even one does";
    EXPECT_EQ(arguments.per_device_train_batch_size, 16);

    const auto said = fitRowsPerStep(model, arguments, data, 3'100'000'000);
    ASSERT_TRUE(said);
    EXPECT_EQ(arguments.per_device_train_batch_size, 8); // 16, 14, 12, 10, 9, 8 as accelerate's int(0.9 * rows)
    EXPECT_THAT(said->message, HasSubstr("16 rows per step do not fit into the 3.1 GB of memory that are free: 8 are"));
    const StepTiming timing(config, 5000, 1000, false);
    EXPECT_LE(resourceNeeds(model, config, timing, data).memoryBytes, 3'100'000'000u);
}
