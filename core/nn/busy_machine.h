// SPDX-License-Identifier: GPL-3.0-or-later
// How the computing threads wait for each other where other programs want the same cores.
#pragma once

#include <optional>

namespace fettle
{

/// From here on this process watches, several times a second, whether its threads must wait for a core. While they do,
/// threads at a barrier sleep soon instead of spinning for milliseconds: a spinning thread takes the core that the
/// awaited one needs. On a quiet machine they spin, which is faster. Also asks the scheduler for short turns for the
/// calling thread and those that it makes (Linux 6.12 and newer; elsewhere nothing happens). Cheap to call again.
void behaveOnBusyMachines();
/// True while threads at a barrier sleep soon.
bool sleepsAtBarriers();

/// What the threads of this process have used and missed so far, in nanoseconds.
struct CoreTime {
    unsigned long long run = 0, waited = 0;
};
/// Read from /proc/self/task; false where the kernel does not count it.
bool readCoreTime(CoreTime& time);
/// Of the time between two looks in which the threads of this process wanted to run, the share in which they had a
/// core. Nothing where that cannot be told: no time has passed, or a thread ended and took its counts along.
std::optional<double> shareOfCores(const CoreTime& before, const CoreTime& now);

/// That share from the object's beginning on; nothing also where the kernel does not count.
class CoreWatch
{
public:
    CoreWatch() : m_canTell(readCoreTime(m_before)) {}
    std::optional<double> share() const;

private:
    CoreTime m_before;
    bool m_canTell;
};

} // namespace fettle
