// SPDX-License-Identifier: GPL-3.0-or-later
// What a run is asked to do while it works.
#include "core/train/run_control.h"

#include <utility>

namespace fettle
{

RunControl::RunControl(std::function<void()> serve, std::function<bool()> waits)
    : m_serve(std::move(serve)), m_waits(std::move(waits))
{
}

void RunControl::pause()
{
    const std::lock_guard lock(m_mutex);
    m_pause = true;
    m_changed.notify_all();
}

void RunControl::resume()
{
    const std::lock_guard lock(m_mutex);
    m_pause = false;
    m_changed.notify_all();
}

void RunControl::saveNow()
{
    const std::lock_guard lock(m_mutex);
    m_save = true;
    m_changed.notify_all();
}

void RunControl::end(EndMode mode)
{
    const std::lock_guard lock(m_mutex);
    if (m_end != EndMode::Discard)
        m_end = mode;
    m_changed.notify_all();
}

void RunControl::wake()
{
    const std::lock_guard lock(m_mutex);
    m_changed.notify_all();
}

void RunControl::serve() const
{
    if (m_serve)
        m_serve();
}

bool RunControl::takeSave()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_save, false);
}

bool RunControl::isPauseWanted() const
{
    const std::lock_guard lock(m_mutex);
    return m_pause;
}

std::optional<EndMode> RunControl::wantedEnd() const
{
    const std::lock_guard lock(m_mutex);
    return m_end;
}

void RunControl::waitWhilePaused()
{
    std::unique_lock lock(m_mutex);
    while (m_pause && !m_end) {
        m_save = false; // a paused run is saved already
        if (m_waits && m_waits()) {
            lock.unlock();
            serve();
            lock.lock();
            continue;
        }
        m_changed.wait(lock);
    }
}

} // namespace fettle
