// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/machine_load.h"

#include "core/base/machine.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace fettle
{

namespace
{

/// Threads of this process that run or wait for a processor, the calling one among them.
int ownRunnable()
{
    int count = 0;
    std::error_code ignored;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", ignored)) {
        std::ifstream file(task.path() / "stat");
        std::string stat;
        std::getline(file, stat); // "123 (name) R …"; a name may hold anything
        if (const size_t name = stat.rfind(") "); name != std::string::npos && name + 2 < stat.size())
            count += stat[name + 2] == 'R';
    }
    return std::max(1, count);
}

/// Tasks of other programs that run or wait for a processor; 0 where the system does not say.
int runnableOthers()
{
    std::ifstream file("/proc/loadavg");
    std::string minute, five, fifteen, tasks; // tasks: "3/512"
    if (!(file >> minute >> five >> fifteen >> tasks))
        return 0;
    return std::max(0, std::atoi(tasks.c_str()) - ownRunnable());
}

} // namespace

double slowdownByOthers(int threads)
{
    constexpr int looks = 5;
    std::vector<int> others;
    for (int i = 0; i < looks; ++i) {
        if (i > 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(4));
        others.push_back(runnableOthers());
    }
    std::nth_element(others.begin(), others.begin() + looks / 2, others.end());
    const int cores = std::max(1, machine().cores);
    const double wanted = static_cast<double>(threads + others[looks / 2]) / cores;
    // More than the fair share: the threads of a step wait for the one that was put aside.
    return wanted <= 1 ? 1 : 1 + 1.3 * (wanted - 1);
}

double LoadWatch::slowdown(int threads) const
{
    CoreTime now;
    if (!m_canTell || !readCoreTime(now) || now.run <= m_before.run || now.waited < m_before.waited)
        return slowdownByOthers(threads); // what slowed us is mostly still there
    return 1 + static_cast<double>(now.waited - m_before.waited) / static_cast<double>(now.run - m_before.run);
}

} // namespace fettle
