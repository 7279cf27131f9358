// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/machine.h"
#include "core/nn/busy_machine.h"
#include "core/nn/threads.h"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace fettle
{

namespace
{

/// More threads that want to run than there are cores, for as long as it lives.
class Competition
{
public:
    Competition()
    {
        for (int i = 0; i < 2 * machine().cores; ++i)
            m_threads.emplace_back([](const std::stop_token& stop) {
                while (!stop.stop_requested())
                    ;
            });
    }

private:
    std::vector<std::jthread> m_threads;
};

} // namespace

TEST(BusyMachine, CountsTheTimeThatThreadsWaitForACore)
{
    CoreTime before, after;
    ASSERT_TRUE(readCoreTime(before));
    {
        const Competition competition;
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        ASSERT_TRUE(readCoreTime(after));
    }
    EXPECT_GT(after.run, before.run);
    EXPECT_GT(after.waited - before.waited, (after.run - before.run) / 4);
}

TEST(BusyMachine, BarriersSleepWhileTheCoresAreWanted)
{
    EXPECT_EQ(useThreads(2), 2);
    const Competition competition;
    for (int i = 0; i < 100 && !sleepsAtBarriers(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_TRUE(sleepsAtBarriers());
    EXPECT_EQ(threadsInUse(), 2); // the sleeping team takes nobody's work
}

} // namespace fettle
