// SPDX-License-Identifier: GPL-3.0-or-later
// The signs of a run that goes wrong: told where it does, and never on a healthy run.
#include "tests/core/train/run_fixture.h"

#include "core/train/frequency_loss.h"
#include "core/train/run_signs.h"
#include "tests/support/tree.h"

#include <cmath>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

using namespace fettle;
using namespace fettle::test;
using ::testing::HasSubstr;

namespace
{

RunSigns::Facts facts()
{
    RunSigns::Facts facts;
    facts.learningRate = 2e-3;
    facts.suitableRate = 2e-3;
    facts.frequencyLoss = 4;
    facts.blindLoss = 8;
    facts.maxSteps = 200;
    return facts;
}

/// Feeds losses; the signs in order as "code@step".
std::vector<std::string> signsOf(const RunSigns::Facts& facts, const std::vector<double>& losses,
                                 int64_t gradedTokens = 500, std::vector<RunSign>* whole = nullptr)
{
    RunSigns signs(facts);
    std::vector<std::string> found;
    for (size_t i = 0; i < losses.size(); ++i) {
        StepEvent event;
        event.step = static_cast<int64_t>(i) + 1;
        event.loss = losses[i];
        event.gradNorm = 1;
        event.gradedTokens = gradedTokens;
        if (const auto sign = signs.afterStep(event)) {
            found.push_back(toString(sign->code) + std::string("@") + std::to_string(event.step));
            if (whole)
                whole->push_back(*sign);
        }
    }
    return found;
}

std::vector<double> curve(size_t count, const std::function<double(double)>& at, double noise = 0.05)
{
    std::mt19937 random(7);
    std::normal_distribution<double> spread(0, noise);
    std::vector<double> losses;
    for (size_t i = 0; i < count; ++i)
        losses.push_back(at(static_cast<double>(i)) + spread(random));
    return losses;
}

double falling(double i)
{
    return 0.5 + 9 * std::exp(-i / 25);
}

} // namespace

TEST(RunSigns, AShortRunGoesWrongBeforeASignIsSure)
{
    const auto goesWrong = [](const std::vector<double>& losses) {
        RunSigns signs(facts());
        for (size_t i = 0; i < losses.size(); ++i) {
            StepEvent event;
            event.step = static_cast<int64_t>(i) + 1;
            event.loss = losses[i];
            event.gradNorm = 1;
            event.gradedTokens = 500;
            signs.afterStep(event);
        }
        return signs.goesWrong();
    };
    EXPECT_FALSE(goesWrong({}));
    EXPECT_FALSE(goesWrong(curve(200, falling)));
    EXPECT_FALSE(goesWrong({3, 3.2, 3.1, 2.9, 3, 2.8, 2.7}));
    EXPECT_TRUE(goesWrong({3, 4, 7, 6, 6, 6, 6}));
    EXPECT_TRUE(goesWrong({14, 12, 9, 7, 6, 5.5, 5.4, 5.4})) << "as high as by counting words";
    EXPECT_TRUE(goesWrong(curve(60, [](double i) { return i < 30 ? 5 - i / 20 : 9; })));
}

TEST(RunSigns, AHealthyRunIsSilent)
{
    EXPECT_THAT(signsOf(facts(), curve(200, falling)), ::testing::IsEmpty());
    // Small batches of unequal rows.
    EXPECT_THAT(signsOf(facts(), curve(200, falling, 0.6), 20), ::testing::IsEmpty());
    // It has learnt what there is, long before its end.
    EXPECT_THAT(signsOf(facts(), curve(600, [](double i) { return 0.3 + 2 * std::exp(-i / 10); })),
                ::testing::IsEmpty());
}

TEST(RunSigns, OneOddBatchIsNoJump)
{
    std::vector<double> losses = curve(200, falling);
    losses[150] = 9;
    losses[151] = 8;
    EXPECT_THAT(signsOf(facts(), losses), ::testing::IsEmpty());
}

TEST(RunSigns, AJumpIsToldOnceAnEpisodeWithAWayOut)
{
    RunSigns::Facts high = facts();
    high.learningRate = 0.1;
    std::vector<double> losses = curve(60, falling);
    for (int i = 0; i < 30; ++i)
        losses.push_back(9 + 0.1 * i);
    std::vector<RunSign> signs;
    EXPECT_THAT(signsOf(high, losses, 500, &signs), ::testing::ElementsAre("loss_jumped@63"));
    EXPECT_THAT(signs[0].message, HasSubstr("learning rate of 0.1 is too high"));
    EXPECT_THAT(signs[0].message, HasSubstr("about 0.002"));
    // Back, and again: another episode.
    for (int i = 0; i < 20; ++i)
        losses.push_back(1);
    for (int i = 0; i < 10; ++i)
        losses.push_back(12);
    EXPECT_EQ(signsOf(high, losses).size(), 2u);
}

TEST(RunSigns, AJumpInTheFirstStepsIsSeen)
{
    std::vector<double> losses = {12.6, 14, 17, 19, 20, 21, 21, 21, 21, 20, 20, 19, 18};
    EXPECT_THAT(signsOf(facts(), losses), ::testing::ElementsAre(::testing::StartsWith("loss_jumped")));
}

TEST(RunSigns, SettledWhereWordCountingWouldBe)
{
    RunSigns::Facts high = facts();
    high.learningRate = 0.05;
    const auto wrecked = [](double i) { return 3.95 + 6 * std::exp(-i / 6); };
    EXPECT_THAT(signsOf(high, curve(200, wrecked)), ::testing::ElementsAre(::testing::StartsWith("loss_above_start")));
    // A model that begins with random weights passes there on its way.
    RunSigns::Facts fresh = facts();
    fresh.randomWeights = true;
    EXPECT_THAT(signsOf(fresh, curve(100, wrecked)), ::testing::IsEmpty());
}

TEST(RunSigns, SettledAboveItsStart)
{
    std::vector<double> losses = curve(120, [](double i) { return i < 1 ? 1.5 : 1.5 + std::min(1.2, i * 0.05); });
    EXPECT_THAT(signsOf(facts(), losses), ::testing::ElementsAre(::testing::StartsWith("loss_above_start")));
}

TEST(RunSigns, NothingMoves)
{
    const std::vector<double> still = curve(
        100, [](double) { return 9.0; }, 0.1);
    RunSigns::Facts low = facts();
    low.learningRate = 1e-8;
    std::vector<RunSign> signs;
    EXPECT_THAT(signsOf(low, still, 500, &signs), ::testing::ElementsAre("nothing_moves@40"));
    EXPECT_THAT(signs[0].message, HasSubstr("0.002"));
    low.learningRate = 0;
    EXPECT_THAT(signsOf(low, still), ::testing::ElementsAre("nothing_moves@10"));
    low.learningRate = 3e-5; // low, but it moves
    EXPECT_THAT(signsOf(low, curve(
                                 100, [](double i) { return 9 - 0.02 * i; }, 0.1)),
                ::testing::IsEmpty());
}

TEST(RunSigns, WhatCountingWordsGives)
{
    TokenColumns columns;
    columns.ids = {1, 1, 2, 2, 9, 3, 3, 4, 4, 9};
    columns.offsets = {0, 5, 10};
    EXPECT_NEAR(frequencyLoss(Dataset(columns), {9}), std::log(4.0), 1e-12);
    // Aimed at: four tokens with 0.9 / 4 + 0.1 / 10 each, six with 0.1 / 10.
    EXPECT_NEAR(frequencyLoss(Dataset(columns), {9}, 0.1, 10),
                -(4 * 0.235 * std::log(0.235) + 6 * 0.01 * std::log(0.01)), 1e-12);
}

/// Real runs: the losses of whole journals, each with the facts its run had.
TEST(RunSigns, RecordedRunsAreJudgedRightly)
{
    const Json runs = readJson(fs::path(fettle::test::goldenFolder) / "train" / "loss_curves.json");
    ASSERT_GE(runs["runs"].size(), 8u);
    for (const Json& run : runs["runs"]) {
        RunSigns::Facts facts;
        facts.learningRate = run["learning_rate"];
        facts.suitableRate = run["suitable_rate"];
        facts.frequencyLoss = run["frequency_loss"];
        facts.blindLoss = run["blind_loss"];
        facts.randomWeights = run["random_weights"];
        facts.warmupSteps = run["warmup_steps"];
        facts.maxSteps = run["max_steps"];
        RunSigns signs(facts);
        std::set<std::string> found;
        for (size_t i = 0; i < run["losses"].size(); ++i) {
            StepEvent event;
            event.step = static_cast<int64_t>(i) + 1;
            event.loss = run["losses"][i].get<double>();
            event.gradedTokens = run["graded_tokens"][i];
            event.gradNorm = 1;
            if (const auto sign = signs.afterStep(event))
                found.insert(toString(sign->code));
        }
        EXPECT_EQ(found, run["signs"].get<std::set<std::string>>()) << run["name"];
    }
}
