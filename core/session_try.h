// SPDX-License-Identifier: GPL-3.0-or-later
// The queue of requests to try a model, served on the engine's thread.
#pragma once

#include "core/session.h"
#include "core/session_models.h"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>

namespace fettle
{

class TryQueue
{
public:
    // Any thread; all return at once.
    uint64_t add(const TryRequest& request, TryCallbacks callbacks);
    /// One that waits is not begun any more, one in work ends after its piece; others go on. Its onCancelled is called
    /// by serve().
    void cancel(uint64_t id);
    void cancelAll();
    bool isEmpty() const;

    /// The engine's thread: serves all that wait, each to its one last callback.
    void serve();

private:
    struct Try {
        uint64_t id = 0;
        TryRequest request;
        TryCallbacks callbacks;
        std::atomic<bool> isCancelled{false};
    };
    std::shared_ptr<Try> takeNext();
    void serveOne(const Try& job);

    mutable std::mutex m_mutex;
    std::deque<std::shared_ptr<Try>> m_waiting;
    std::shared_ptr<Try> m_inWork;
    uint64_t m_lastId = 0;
    LoadedModels m_models;
};

} // namespace fettle
