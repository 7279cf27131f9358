// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/machine_load.h"

#include <gtest/gtest.h>

using namespace fettle;

TEST(MachineLoad, NicenessCountsAsTheKernelWeighsIt)
{
    // Linux' sched_prio_to_weight, of which a task of niceness 0 has 1024.
    const std::vector<std::pair<int, double>> weights{{-5, 3121}, {0, 1024}, {5, 335}, {10, 110}, {19, 15}};
    for (const auto& [nice, weight] : weights) {
        EXPECT_NEAR(worthOf({{7, nice}}, 1, false, 2), weight / 1024, 0.03 * weight / 1024) << nice;
        EXPECT_NEAR(worthOf({{1, nice}}, 1, true, 2), weight / 1024, 0.03 * weight / 1024) << "of our own session";
    }
}

TEST(MachineLoad, ASessionIsWorthATaskOnEachCore)
{
    const std::vector<RunnableTask> compilers(13, {7, 5});
    EXPECT_DOUBLE_EQ(worthOf(compilers, 1, true, 2), 2);
    EXPECT_DOUBLE_EQ(worthOf(compilers, 1, true, 16), 13);
    EXPECT_DOUBLE_EQ(worthOf({{7, 0}, {8, 19}, {8, 19}, {8, 19}}, 1, true, 2), 3);
    EXPECT_DOUBLE_EQ(worthOf({}, 1, true, 2), 0);
}
