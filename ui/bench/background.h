// SPDX-License-Identifier: GPL-3.0-or-later
// One kind of background work: the newest job counts, results of older ones are dropped by their id.
#pragma once

#include "core/base/error.h"
#include "ui/bench/problem.h"

#include <QObject>
#include <QThreadPool>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace fettle::ui
{

template <typename T>
struct Outcome {
    std::optional<T> value;
    std::optional<Problem> problem; ///< set where `value` is not
};

using CancelFlag = std::shared_ptr<std::atomic<bool>>;

class BackgroundSlot;

/// The threads, and all that may use them.
class BackgroundPool
{
public:
    BackgroundPool() { m_threads.setMaxThreadCount(3); }
    void end(); ///< drops what waits and waits for what runs; nothing comes of it. To be called before any slot dies.

private:
    friend BackgroundSlot;
    QThreadPool m_threads;
    std::vector<BackgroundSlot*> m_slots;
};

class BackgroundSlot : public QObject
{
public:
    explicit BackgroundSlot(BackgroundPool& pool) : m_pool(pool) { pool.m_slots.push_back(this); }

    /// `work` runs on the pool, `done` in the thread of this object unless a newer job was started or cancel() called.
    template <typename T>
    void run(std::function<T(const CancelFlag&)> work, std::function<void(Outcome<T>)> done)
    {
        cancel();
        m_cancel = std::make_shared<std::atomic<bool>>(false);
        const uint64_t id = m_id;
        m_pool.m_threads.start([this, id, flag = m_cancel, work = std::move(work), done = std::move(done)] {
            auto outcome = std::make_shared<Outcome<T>>();
            if (!*flag)
                *outcome = attempt(work, flag);
            QMetaObject::invokeMethod(
                this,
                [this, id, done, outcome] {
                    if (id == m_id)
                        done(std::move(*outcome));
                },
                Qt::QueuedConnection);
        });
    }
    void cancel()
    {
        if (m_cancel)
            *m_cancel = true;
        ++m_id;
    }

private:
    template <typename T>
    static Outcome<T> attempt(const std::function<T(const CancelFlag&)>& work, const CancelFlag& flag)
    {
        Outcome<T> outcome;
        try {
            outcome.value = work(flag);
        } catch (const Error& error) {
            outcome.problem = problemOf(error);
        } catch (const std::exception& error) {
            outcome.problem = Problem{{}, QString::fromUtf8(error.what()), {}};
        }
        return outcome;
    }

    BackgroundPool& m_pool;
    CancelFlag m_cancel;
    uint64_t m_id = 0;
};

inline void BackgroundPool::end()
{
    for (BackgroundSlot* slot : m_slots)
        slot->cancel();
    m_threads.waitForDone();
}

} // namespace fettle::ui
