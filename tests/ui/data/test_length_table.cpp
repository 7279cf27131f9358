// SPDX-License-Identifier: GPL-3.0-or-later
// What a cut costs, and the bars of the histogram.
#include "ui/data/length_table.h"

#include <gtest/gtest.h>
#include <numeric>
#include <random>

using fettle::ui::axisSteps;
using fettle::ui::LengthBins;
using fettle::ui::LengthTable;

TEST(LengthTable, CountsWhatACutCosts)
{
    const LengthTable table({3, 10, 10, 20, 7});
    EXPECT_EQ(table.rows(), 5);
    EXPECT_EQ(table.longest(), 20);
    EXPECT_EQ(table.shortest(), 3);
    EXPECT_EQ(table.shortestRow(), 1);
    EXPECT_EQ(table.rowsLongerThan(20), 0);
    EXPECT_EQ(table.rowsLongerThan(10), 1);
    EXPECT_EQ(table.rowsLongerThan(9), 3);
    EXPECT_EQ(table.rowsLongerThan(0), 5);
    EXPECT_EQ(table.tokensLost(20), 0);
    EXPECT_EQ(table.tokensLost(1000), 0);
    EXPECT_EQ(table.tokensLost(8), 2 + 2 + 12);
    EXPECT_EQ(table.tokensOfRowsLongerThan(8), 40);
}

TEST(LengthTable, EmptyTextHasNoBars)
{
    const LengthTable table(std::vector<int32_t>{});
    EXPECT_EQ(table.rows(), 0);
    EXPECT_EQ(table.rowsLongerThan(0), 0);
    EXPECT_TRUE(table.bins(128).counts.empty());
}

TEST(LengthTable, EveryRowStandsInOneBar)
{
    std::mt19937 random(7);
    std::normal_distribution<double> normal(60, 25);
    std::vector<int32_t> lengths;
    for (int i = 0; i < 5000; ++i)
        lengths.push_back(std::max(0, static_cast<int>(normal(random))));
    const LengthTable table(lengths);
    const LengthBins bins = table.bins(128);
    EXPECT_EQ(std::accumulate(bins.counts.begin(), bins.counts.end(), int64_t{0}), 5000);
    EXPECT_EQ(bins.width & (bins.width - 1), 0) << "a power of two";
    EXPECT_LE(bins.counts.size(), 25u);
    EXPECT_GE(bins.counts.size(), 12u);
    EXPECT_GE(bins.end(), std::min(128, table.longest()));
    int64_t second = 0;
    for (const int32_t length : lengths)
        second += length >= bins.width && length < 2 * bins.width;
    EXPECT_EQ(bins.counts[1], second);
}

TEST(LengthTable, ALongTailIsGathered)
{
    std::vector<int32_t> lengths(2000, 40);
    lengths.push_back(100000);
    const LengthTable table(lengths);
    const LengthBins bins = table.bins(64);
    EXPECT_TRUE(bins.overflow);
    EXPECT_LT(bins.end(), 200);
    EXPECT_EQ(bins.counts.back(), 1);
    EXPECT_EQ(std::accumulate(bins.counts.begin(), bins.counts.end(), int64_t{0}), 2001);
}

TEST(LengthTable, RaisesToARoundLengthWithinTheModel)
{
    EXPECT_EQ(LengthTable({30, 61}).lengthForAll(256), 64);
    EXPECT_EQ(LengthTable({30, 181}).lengthForAll(256), 192);
    EXPECT_EQ(LengthTable({30, 900}).lengthForAll(256), 256);
    EXPECT_EQ(LengthTable({30, 900}).lengthForAll(0), 928);
}

TEST(LengthTable, AxisHasRoundSteps)
{
    EXPECT_EQ(axisSteps(450), (std::vector<int64_t>{0, 200, 400}));
    EXPECT_EQ(axisSteps(1), (std::vector<int64_t>{0, 1}));
    EXPECT_EQ(axisSteps(0), (std::vector<int64_t>{0}));
    for (const int64_t highest : {2, 3, 7, 10, 99, 1234, 1000000}) {
        EXPECT_GE(axisSteps(highest).size(), 2u) << highest;
        EXPECT_LE(axisSteps(highest).size(), 6u) << highest;
    }
}
