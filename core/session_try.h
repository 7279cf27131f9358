// SPDX-License-Identifier: GPL-3.0-or-later
// The queue of requests to try a model, served on the engine's thread.
#pragma once

#include "core/session.h"
#include "core/session_models.h"

#include <atomic>
#include <deque>
#include <mutex>

namespace fettle
{

class TryQueue
{
public:
    // Any thread.
    uint64_t add(const TryRequest& request, TryCallbacks callbacks);
    /// One that waits is dropped; one in work ends with what it has.
    void cancel(uint64_t id);
    void cancelAll();
    bool isEmpty() const;

    /// The engine's thread: serves all that wait.
    void serve();

private:
    struct Job {
        uint64_t id = 0;
        TryRequest request;
        TryCallbacks callbacks;
    };
    void serveOne(const Job& job);
    bool isCancelled(uint64_t id) const { return m_cancelled.load() == id || m_cancelledAll.load(); }

    mutable std::mutex m_mutex;
    std::deque<Job> m_jobs;
    uint64_t m_lastId = 0;
    std::atomic<uint64_t> m_cancelled{0};
    std::atomic<bool> m_cancelledAll{false};
    LoadedModels m_models;
};

} // namespace fettle
