// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/machine_load.h"

#include "core/base/machine.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>

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

int runnableOfAll()
{
    std::ifstream file("/proc/loadavg");
    std::string minute, five, fifteen, tasks; // tasks: "3/512"
    return file >> minute >> five >> fifteen >> tasks ? std::atoi(tasks.c_str()) : 0;
}

/// The first thread of each program, where it wants a core.
std::vector<RunnableTask> runnablePrograms()
{
    std::vector<RunnableTask> tasks;
    std::error_code ignored;
    const std::string own = std::to_string(::getpid());
    for (const auto& program : std::filesystem::directory_iterator("/proc", ignored)) {
        const std::string id = program.path().filename();
        if (!std::isdigit(static_cast<unsigned char>(id.front())) || id == own)
            continue;
        std::ifstream file(program.path() / "stat");
        std::string stat;
        std::getline(file, stat);
        const size_t name = stat.rfind(") ");
        if (name == std::string::npos)
            continue;
        // State, parent, group, session, twelve others, niceness (proc(5)).
        std::istringstream fields(stat.substr(name + 2));
        std::vector<std::string> words{std::istream_iterator<std::string>(fields), {}};
        if (words.size() > 16 && words[0] == "R")
            tasks.push_back({std::atoi(words[3].c_str()), std::atoi(words[16].c_str())});
    }
    return tasks;
}

bool isSharedBySession()
{
    std::ifstream file("/proc/sys/kernel/sched_autogroup_enabled");
    int enabled = 0;
    return file >> enabled && enabled == 1;
}

/// What other programs want of the cores, in tasks like ours; 0 where the system does not say.
double wantedByOthers()
{
    const int others = runnableOfAll() - ownRunnable();
    if (others <= 0)
        return 0;
    std::vector<RunnableTask> tasks = runnablePrograms();
    tasks.resize(static_cast<size_t>(others), {-1, 0}); // further threads of programs: nobody knows whose
    return worthOf(tasks, ::getsid(0), isSharedBySession(), std::max(1, machine().cores));
}

} // namespace

double worthOf(const std::vector<RunnableTask>& others, int ownSession, bool sharedBySession, int cores)
{
    double worth = 0;
    std::map<int, int> sessions;
    for (const RunnableTask& task : others)
        if (sharedBySession && task.session != ownSession)
            ++sessions[task.session];
        else
            worth += std::pow(1.25, -task.nice); // sched(7): a step of niceness is a factor of 1.25
    for (const auto& [session, tasks] : sessions)
        worth += std::min(tasks, cores);
    return worth;
}

double slowdownByOthers(int threads)
{
    constexpr int looks = 5;
    std::vector<double> others;
    for (int i = 0; i < looks; ++i) {
        if (i > 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(4));
        others.push_back(wantedByOthers());
    }
    std::nth_element(others.begin(), others.begin() + looks / 2, others.end());
    const int cores = std::max(1, machine().cores);
    const double wanted = (threads + others[looks / 2]) / cores;
    // More than the fair share: the threads of a step wait for the one that was put aside.
    return wanted <= 1 ? 1 : 1 + 1.3 * (wanted - 1);
}

double LoadWatch::slowdown(int threads) const
{
    const std::optional<double> share = m_cores.share();
    return share ? 1 / *share : slowdownByOthers(threads); // what slowed us is mostly still there
}

} // namespace fettle
