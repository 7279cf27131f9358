// SPDX-License-Identifier: GPL-3.0-or-later
// Series, smoothing and ticks of the charts.
#include "ui/charts/axis_ticks.h"
#include "ui/charts/run_curves.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace fettle::ui
{
namespace
{

StepEvent stepEvent(int64_t step, double loss)
{
    StepEvent event;
    event.step = step;
    event.elapsed = double(step) * 0.5;
    event.epoch = double(step) / 100;
    event.loss = loss;
    event.tokens = 1000;
    event.seconds = 0.25;
    return event;
}

TEST(RunCurves, AppendsOnlyWhatIsNewAndReadsAnewWhereStepsWereDoneAgain)
{
    RunCurves curves;
    std::vector<StepEvent> steps{stepEvent(1, 4), stepEvent(2, 3)};
    EXPECT_TRUE(curves.update(steps, {}, {}, {}, 100));
    EXPECT_FALSE(curves.update(steps, {}, {}, {}, 100));
    steps.push_back(stepEvent(3, 2));
    EXPECT_TRUE(curves.update(steps, {}, {}, {}, 100));
    EXPECT_EQ(curves.size(), 3u);
    steps.resize(1);
    EXPECT_TRUE(curves.update(steps, {}, {}, {}, 100));
    EXPECT_EQ(curves.size(), 1u);
    EXPECT_EQ(curves.x(CurveAxis::Tokens).back(), 1000);
}

TEST(RunCurves, SmoothingIsABiasCorrectedMeanWhoseMemoryGrows)
{
    RunCurves curves;
    curves.setSmoothing(0.15);
    std::vector<StepEvent> steps{stepEvent(1, 4), stepEvent(2, 2), stepEvent(3, 6)};
    curves.update(std::span(steps).first(2), {}, {}, {}, 3);
    curves.update(steps, {}, {}, {}, 3);
    // beta: 1/10, then 2/11 and 3/12, at most 0.15.
    EXPECT_DOUBLE_EQ(curves.smoothed()[0], 4); // the first value in full
    EXPECT_DOUBLE_EQ(curves.smoothed()[1], (0.15 * 0.9 * 4 + 0.85 * 2) / (0.15 * 0.9 + 0.85));
    const double mean = 0.15 * (0.15 * 0.9 * 4 + 0.85 * 2) + 0.85 * 6;
    EXPECT_DOUBLE_EQ(curves.smoothed()[2], mean / (0.15 * (0.15 * 0.9 + 0.85) + 0.85)); // appending = all at once
    curves.setSmoothing(0);
    EXPECT_EQ(curves.smoothed(), curves.loss());
}

TEST(RunCurves, AShortRunsSmoothedLineEndsWhereItsStepsEnd)
{
    RunCurves curves; // strength of the window's default
    std::vector<StepEvent> steps;
    for (int64_t i = 1; i <= 200; ++i)
        steps.push_back(stepEvent(i, 0.35 + 12.6 * std::exp(-double(i) / 4)));
    curves.update(std::span(steps).first(20), {}, {}, {}, 20);
    EXPECT_LT(curves.smoothed().back(), 0.75) << "the last step has " << curves.loss().back();
    curves.update(steps, {}, {}, {}, 200);
    EXPECT_LT(curves.smoothed()[49], 0.36);
    EXPECT_NEAR(curves.smoothed().back(), 0.35, 1e-6);
}

TEST(RunCurves, AnotherRunOfTheSameLengthIsReadAnew)
{
    RunCurves curves;
    std::vector<StepEvent> one{stepEvent(1, 4), stepEvent(2, 3)}, two{stepEvent(1, 9), stepEvent(2, 8)};
    curves.update(one, {}, {}, {}, 2);
    EXPECT_TRUE(curves.update(two, {}, {}, {}, 2));
    EXPECT_EQ(curves.loss(), (std::vector<double>{9, 8}));
}

TEST(RunCurves, ALossThatIsNoNumberLeavesAGapAndDoesNotSpoilTheRest)
{
    RunCurves curves;
    std::vector<StepEvent> steps{stepEvent(1, 4), stepEvent(2, 0), stepEvent(3, 4)};
    steps[1].loss.reset();
    curves.update(steps, {}, {}, {}, 3);
    EXPECT_TRUE(std::isnan(curves.smoothed()[1]));
    EXPECT_DOUBLE_EQ(curves.smoothed()[2], 4);
}

TEST(RunCurves, PlacesAndStepsAnswerEachOtherOnEveryAxis)
{
    RunCurves curves;
    std::vector<StepEvent> steps;
    for (int64_t i = 1; i <= 50; ++i)
        steps.push_back(stepEvent(i, 3));
    curves.update(steps, {}, {}, {}, 100);
    for (CurveAxis axis : {CurveAxis::Step, CurveAxis::Epoch, CurveAxis::Tokens, CurveAxis::Time}) {
        for (int64_t step : {0, 1, 17, 50})
            EXPECT_EQ(curves.stepAt(axis, curves.xAt(axis, double(step))), step);
        EXPECT_NEAR(curves.plannedEnd(axis), 2 * curves.xAt(axis, 50), 1e-9); // the rest at the same pace
    }
    EXPECT_EQ(curves.stepAt(CurveAxis::Step, 1e9), 50);
    EXPECT_EQ(curves.indexAt(0), -1);
    EXPECT_EQ(curves.indexAt(50), 49);
}

TEST(RunCurves, BestIsTheLowestValidationLoss)
{
    RunCurves curves;
    std::vector<EvalEvent> evals(3);
    evals[0].loss = 4, evals[1].loss = 2, evals[2].loss = 3;
    evals[1].step = 20, evals[2].step = 40;
    curves.update({}, evals, {}, {}, 100);
    EXPECT_EQ(curves.best()->step, 20);
    EXPECT_EQ(curves.evalAtOrBefore(39)->step, 20);
    EXPECT_EQ(curves.evalAtOrBefore(-1), nullptr);
}

TEST(AxisTicks, LinearTicksAreRound)
{
    EXPECT_EQ(linearTicks(2, 4.8, 6), (std::vector<double>{2, 2.5, 3, 3.5, 4, 4.5}));
    EXPECT_EQ(linearTicks(0, 3, 10, 1), (std::vector<double>{0, 1, 2, 3})); // steps are whole
    EXPECT_EQ(linearTicks(0, 23, 10, 1), (std::vector<double>{0, 5, 10, 15, 20}));
    EXPECT_TRUE(linearTicks(1, 1, 5).empty());
}

TEST(AxisTicks, LogTicksOverTwoToFiveAreRoundValues)
{
    EXPECT_EQ(logTicks(2, 4.7, 0.08), (std::vector<double>{2, 2.5, 3, 3.5, 4, 4.5}));
    for (double high : {2.2, 3.0, 5.0, 9.0, 15.0, 200.0, 1e6}) {
        const std::vector<double> ticks = logTicks(2, high, 0.1);
        ASSERT_GE(ticks.size(), 3u) << high;
        for (size_t i = 1; i < ticks.size(); ++i)
            EXPECT_GE(std::log(ticks[i] / ticks[i - 1]) / std::log(high / 2), 0.0999) << high;
    }
    EXPECT_TRUE(logTicks(0, 5, 0.1).empty());
}

TEST(AxisTicks, TimeGoesByHalfMinutesAndHours)
{
    EXPECT_EQ(timeTicks(0, 52, 6), (std::vector<double>{0, 10, 20, 30, 40, 50}));
    EXPECT_EQ(timeTicks(0, 7200, 4), (std::vector<double>{0, 1800, 3600, 5400, 7200}));
}

TEST(AxisTicks, Writing)
{
    EXPECT_EQ(tickText(4.5, 0.5), "4.5");
    EXPECT_EQ(tickText(4, 0.5), "4.0");
    EXPECT_EQ(tickText(100, 50), "100");
    EXPECT_EQ(tickText(0.25, 0.25), "0.25");
    EXPECT_EQ(axisCountText(9400), "9,400");
    EXPECT_EQ(axisText(CurveAxis::Step, 1400, 200), "1,400");
    EXPECT_EQ(axisCountText(10'000), "10 k");
    EXPECT_EQ(axisCountText(1'210'000), "1.2 M");
    EXPECT_EQ(figureText(3.7e-4), "3.7e-4");
    EXPECT_EQ(figureText(5e-4), "5e-4");
    EXPECT_EQ(figureText(0.82), "0.82");
    EXPECT_EQ(figureText(6810), "6,810");
}

} // namespace
} // namespace fettle::ui
