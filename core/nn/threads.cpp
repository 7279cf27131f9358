// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/threads.h"

#include "core/base/machine.h"
#include "core/nn/busy_machine.h"

#include <ATen/Parallel.h>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

namespace fettle
{

int useThreads(int count)
{
    const int threads = threadsFor(count);
    if (threads > 1)
        behaveOnBusyMachines();
    at::set_num_threads(threads);
    return threads;
}

int threadsInUse()
{
    std::mutex mutex;
    std::set<std::thread::id> seen;
    at::parallel_for(0, at::get_num_threads(), 1, [&](int64_t, int64_t) {
        {
            const std::lock_guard lock(mutex);
            seen.insert(std::this_thread::get_id());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
    return static_cast<int>(seen.size());
}

} // namespace fettle
