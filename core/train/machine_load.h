// SPDX-License-Identifier: GPL-3.0-or-later
// How much other programs slow a run of ours just now.
#pragma once

#include "core/nn/busy_machine.h"

namespace fettle
{

/// By how much a run with so many threads takes longer than on a quiet machine: 1 is quiet. From what wants to run at
/// this moment, not from the load average, which goes on about a run of ours a minute after its end. Takes some
/// milliseconds.
double slowdownByOthers(int threads);

/// The same of a past time, from its own beginning on: from what this process's threads waited for a core.
class LoadWatch
{
public:
    LoadWatch() : m_canTell(readCoreTime(m_before)) {}
    double slowdown(int threads) const;

private:
    CoreTime m_before;
    bool m_canTell;
};

} // namespace fettle
