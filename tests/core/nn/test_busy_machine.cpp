// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/machine.h"
#include "core/nn/busy_machine.h"
#include "core/nn/matmul/rate.h"
#include "core/nn/matmul/ways.h"
#include "core/nn/threads.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <thread>
#include <time.h>
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

/// Seconds by the clock that each call of takeTime() took.
std::vector<double> g_took;

/// A product that takes 20 ms of its thread's own time, and more by the clock where others have the cores.
void takeTime(const at::Tensor&, const at::Tensor&, const at::Tensor&, bool)
{
    const auto ownTime = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    };
    const auto began = std::chrono::steady_clock::now();
    for (const double until = ownTime() + 0.02; ownTime() < until;)
        ;
    g_took.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
}

} // namespace

TEST(BusyMachine, ShareOfTheCores)
{
    EXPECT_EQ(shareOfCores({100, 50}, {160, 70}), 0.75);
    EXPECT_EQ(shareOfCores({100, 50}, {160, 50}), 1);
    EXPECT_FALSE(shareOfCores({100, 50}, {100, 70})); // nothing ran
    EXPECT_FALSE(shareOfCores({100, 50}, {160, 40})); // a thread ended
}

TEST(BusyMachine, ARateIsWithoutTheTimeThatOthersHadTheCores)
{
    g_took.clear();
    double rate = 0;
    {
        // They are threads of this process, and wait like its own: each has a core less than half of the time.
        const Competition competition;
        rate = squareRate({"slow", "", takeTime}, 32, 2, 1);
    }
    ASSERT_EQ(g_took.size(), 3U);
    const double byTheClock = 2.0 * 32 * 32 * 32 / std::min(g_took[1], g_took[2]);
    EXPECT_GT(rate, 1.2 * byTheClock);
}

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
