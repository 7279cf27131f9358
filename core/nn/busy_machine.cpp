// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/busy_machine.h"

#include "core/base/machine.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

namespace fettle
{

namespace
{

constexpr auto lookEvery = std::chrono::milliseconds(250);
/// Of the time in which threads wanted to run, the share that they waited for a core. Measured on two cores: 0.03 on a
/// quiet machine, up to 0.2 there with sleeping barriers, 0.3 to 0.6 beside one busy process and beside two.
constexpr double busyShare = 0.25;
/// Between two barriers of a small model lie some hundred microseconds: the turn should not be longer by much.
constexpr unsigned long long turnNanoseconds = 100'000;

/// libgomp spins for milliseconds at every barrier, unless it manages more threads than there are cores: then for 100
/// turns (its manual, GOMP_SPINCOUNT; the variable itself is read before main). A second team, which sleeps as long as
/// this object lives, is all it takes.
class SleepingTeam
{
public:
    SleepingTeam()
        : m_thread([this](const std::stop_token& stop) {
              std::atomic<int> members{0}; // a region without work would be left out by the compiler
        // One more than the cores: whatever the computing team's size, together they are too many.
#pragma omp parallel num_threads(machine().cores + 1)
              ++members;
              std::unique_lock lock(m_mutex);
              m_changed.wait(lock, stop, [] { return false; });
          })
    {
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::jthread m_thread; ///< last: uses all of the above
};

class BusyWatch
{
public:
    BusyWatch() : m_thread([this](const std::stop_token& stop) { watch(stop); }) {}
    bool sleeps() const { return m_sleeps; }

private:
    void watch(const std::stop_token& stop)
    {
        CoreTime before;
        const bool canTell = readCoreTime(before);
        std::unique_ptr<SleepingTeam> team;
        std::unique_lock lock(m_mutex);
        while (!stop.stop_requested()) {
            if (!canTell || isBusy(before, m_sleeps))
                team = team ? std::move(team) : std::make_unique<SleepingTeam>();
            else
                team.reset();
            m_sleeps = team != nullptr;
            m_changed.wait_for(lock, stop, lookEvery, [] { return false; });
        }
    }

    static bool isBusy(CoreTime& before, bool wasBusy)
    {
        CoreTime time;
        if (!readCoreTime(time))
            return wasBusy;
        // A thread that ended takes its counts along.
        const double run = time.run > before.run ? static_cast<double>(time.run - before.run) : 0;
        const double waited = time.waited > before.waited ? static_cast<double>(time.waited - before.waited) : 0;
        before = time;
        return run + waited > 0 ? waited / (run + waited) > busyShare : wasBusy;
    }

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::atomic<bool> m_sleeps{false};
    std::jthread m_thread; ///< last: uses all of the above
};

BusyWatch& busyWatch()
{
    static BusyWatch watch;
    return watch;
}

/// sched_setattr(2)'s struct sched_attr, which glibc 2.36 does not declare.
struct SchedulingAttributes {
    uint32_t size = sizeof(SchedulingAttributes), policy = 0;
    uint64_t flags = 0;
    int32_t nice = 0;
    uint32_t priority = 0;
    uint64_t runtime = 0, deadline = 0, period = 0;
};

/// sched(7), EEVDF: a thread of the usual policy may ask for a turn of its own length.
void askForShortTurns()
{
    SchedulingAttributes attributes;
    if (syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) != 0)
        return;
    attributes.runtime = turnNanoseconds;
    syscall(SYS_sched_setattr, 0, &attributes, 0);
}

} // namespace

void behaveOnBusyMachines()
{
    askForShortTurns();
    busyWatch();
}

bool sleepsAtBarriers()
{
    return busyWatch().sleeps();
}

bool readCoreTime(CoreTime& time)
{
    time = {};
    bool any = false;
    std::error_code ignored;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", ignored)) {
        unsigned long long run = 0, waited = 0;
        if (std::ifstream(task.path() / "schedstat") >> run >> waited) {
            time.run += run;
            time.waited += waited;
            any = true;
        }
    }
    return any && time.run > 0;
}

std::optional<double> shareOfCores(const CoreTime& before, const CoreTime& now)
{
    if (now.run <= before.run || now.waited < before.waited)
        return std::nullopt;
    const auto run = static_cast<double>(now.run - before.run),
               waited = static_cast<double>(now.waited - before.waited);
    return run / (run + waited);
}

std::optional<double> CoreWatch::share() const
{
    CoreTime now;
    return m_canTell && readCoreTime(now) ? shareOfCores(m_before, now) : std::nullopt;
}

} // namespace fettle
