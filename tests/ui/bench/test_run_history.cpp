// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/run_history.h"

#include "ui/bench/run_files.h"

#include <cmath>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using fettle::ui::keepWhatIsThere;
using fettle::ui::RunHistory;

StepEvent step(int64_t number, int64_t tokens = 100)
{
    StepEvent event;
    event.step = number;
    event.elapsed = 0.5 * static_cast<double>(number);
    event.epoch = 0.01 * static_cast<double>(number);
    event.loss = 4.0 - 0.01 * static_cast<double>(number);
    event.tokens = tokens;
    return event;
}

EvalEvent eval(int64_t number, double loss)
{
    EvalEvent event;
    event.step = number;
    event.loss = loss;
    return event;
}

SampleEvent sample(int64_t number, const char* prompt, const char* text)
{
    SampleEvent event;
    event.step = number;
    event.prompt = prompt;
    event.text = text;
    return event;
}

RunHistory hundredSteps()
{
    RunHistory history;
    StartedEvent started;
    started.maxSteps = 200;
    started.runFolder = "/runs/ships-log-3";
    history.add(started);
    for (int64_t i = 1; i <= 100; ++i)
        history.add(step(i));
    return history;
}

TEST(RunHistory, KnowsItsNameAndWhereItStands)
{
    const RunHistory history = hundredSteps();
    EXPECT_EQ(history.name, "ships-log-3");
    EXPECT_EQ(history.maxSteps, 200);
    EXPECT_EQ(history.lastStep(), 100);
    EXPECT_EQ(history.tokensSeen, 10000);
    EXPECT_EQ(history.tokensAt(40), 4000);
    EXPECT_DOUBLE_EQ(history.elapsedAt(40), 20);
    EXPECT_DOUBLE_EQ(history.epochAt(0), 0);
    EXPECT_DOUBLE_EQ(history.epochAt(1000), 1.0) << "beyond the newest step: the newest counts";
}

TEST(RunHistory, BestIsTheLowestCheck)
{
    RunHistory history;
    EXPECT_EQ(history.best(), nullptr);
    for (const auto& [at, loss] : {std::pair{0, 4.5}, {20, 2.7}, {40, 2.6}, {60, 2.8}})
        history.add(eval(at, loss));
    ASSERT_NE(history.best(), nullptr);
    EXPECT_EQ(history.best()->step, 40);
}

TEST(RunHistory, GathersSamplesOfOneStep)
{
    RunHistory history;
    history.add(sample(0, "In the morning", "a"));
    history.add(sample(0, "The captain", "b"));
    history.add(sample(40, "In the morning", "c"));
    ASSERT_EQ(history.samples.size(), 2U);
    EXPECT_EQ(history.samples[0].samples.size(), 2U);
    EXPECT_EQ(history.samples[1].samples[0].text, "c");
}

TEST(RunHistory, ResumingDropsWhatIsDoneAgain)
{
    RunHistory history = hundredSteps();
    history.add(eval(80, 2.9));
    history.add(eval(100, 2.8));
    history.add(sample(90, "p", "lost"));
    FinishedEvent finished;
    finished.step = 100;
    finished.reason = FinishReason::Stopped;
    history.add(finished);
    ResumedEvent resumed;
    resumed.fromStep = 80;
    resumed.maxSteps = 200;
    history.add(resumed);
    EXPECT_EQ(history.lastStep(), 80);
    EXPECT_EQ(history.tokensSeen, 8000);
    EXPECT_EQ(history.tokensUpTo.size(), history.steps.size());
    EXPECT_EQ(history.evals.size(), 1U);
    EXPECT_TRUE(history.samples.empty());
    EXPECT_FALSE(history.finished);
    // The check at the step it stands on is measured again, not doubled.
    history.add(eval(80, 2.95));
    EXPECT_EQ(history.evals.size(), 1U);
    history.add(step(81));
    EXPECT_EQ(history.tokensSeen, 8100);
}

TEST(RunHistory, ACheckThatIsNoNumberIsNeverTheBest)
{
    RunHistory history = hundredSteps();
    history.add(eval(0, std::nan("")));
    EXPECT_EQ(history.best(), nullptr);
    history.add(eval(40, 3.0));
    history.add(eval(80, std::nan("")));
    ASSERT_NE(history.best(), nullptr);
    EXPECT_EQ(history.best()->step, 40);
}

TEST(RunHistory, KnowsWhichModelItHasMade)
{
    RunHistory history = hundredSteps();
    EXPECT_FALSE(history.trained());
    CheckpointEvent saved;
    saved.step = 50;
    saved.path = "checkpoint-50";
    saved.loss = 3.1;
    saved.isValidation = true;
    history.add(saved);
    ASSERT_TRUE(history.trained());
    EXPECT_EQ(history.trained()->reference, "/runs/ships-log-3/checkpoint-50");
    EXPECT_EQ(history.trained()->step, 50) << "not the step the run stands at";
    EXPECT_EQ(history.trained()->loss, 3.1);
    FinishedEvent finished;
    finished.modelStep = 80;
    history.add(finished);
    EXPECT_EQ(history.trained()->reference, "/runs/ships-log-3");
    EXPECT_EQ(history.trained()->step, 80);
    EXPECT_TRUE(history.trained()->finished);
    keepWhatIsThere(history, {}, 49); // saved after the folder was looked at
    EXPECT_EQ(history.checkpoints.size(), 1u);
    // The folder was moved away, and old checkpoints with it.
    keepWhatIsThere(history, {});
    EXPECT_FALSE(history.trained());
    EXPECT_TRUE(history.checkpoints.empty());
}

TEST(RunHistory, NoTwoRunsHaveTheSameMark)
{
    EXPECT_NE(RunHistory().mark, RunHistory().mark);
}

TEST(RunHistory, PauseEndsWithTheNextStep)
{
    RunHistory history = hundredSteps();
    history.add(PausedEvent{});
    EXPECT_TRUE(history.paused);
    history.add(ContinuedEvent{});
    EXPECT_FALSE(history.paused);
}

} // namespace
