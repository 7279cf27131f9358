// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/check/bench_rows.h"
#include "core/data/dataset.h"

#include <gmock/gmock.h>

using namespace fettle;
using ::testing::ElementsAre;

TEST(BenchRows, TheWorstExamplesAreTheLongestAndThoseWithMostToAttendTo)
{
    TokenColumns columns;
    columns.offsets = {0, 4, 8, 8, 12, 14};
    columns.ids.assign(14, 1);
    EXPECT_THAT(longestExamples(Dataset(columns), 2), ElementsAre(ElementsAre(4), ElementsAre(4)));
    EXPECT_EQ(longestExamples(Dataset(columns), 9).size(), 4U); // an empty one is none

    columns.rowStarts = {1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0}; // a block may begin within a row
    const auto worst = longestExamples(Dataset(columns), 3);
    EXPECT_THAT(worst, ElementsAre(ElementsAre(3, 1), ElementsAre(2, 2), ElementsAre(1, 1, 1, 1)));
}
