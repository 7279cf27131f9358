// SPDX-License-Identifier: GPL-3.0-or-later
// How much other programs slow a run of ours just now.
#pragma once

#include "core/nn/busy_machine.h"

#include <vector>

namespace fettle
{

/// A task of another program that runs or waits for a core.
struct RunnableTask {
    int session = 0, nice = 0;
};
/// How many tasks like ours they are worth to the scheduler. Where it shares by session (Linux's autogroup, on most
/// desktops), a session is worth one task on each core that it can fill, and niceness counts within our own alone;
/// elsewhere each counts by its niceness.
double worthOf(const std::vector<RunnableTask>& others, int ownSession, bool sharedBySession, int cores);

/// By how much a run with so many threads takes longer than on a quiet machine: 1 is quiet. From what wants to run at
/// this moment, not from the load average, which goes on about a run of ours a minute after its end. Takes some
/// milliseconds.
double slowdownByOthers(int threads);

/// The same of a past time, from its own beginning on: from what this process's threads waited for a core.
class LoadWatch
{
public:
    double slowdown(int threads) const;

private:
    CoreWatch m_cores;
};

} // namespace fettle
