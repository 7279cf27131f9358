// SPDX-License-Identifier: GPL-3.0-or-later
// The engine: made at first use; its events come in the window's thread.
#pragma once

#include "core/session.h"
#include "ui/bench/event_queue.h"

namespace fettle::ui
{

class Engine
{
public:
    explicit Engine(EventQueue::Handler handler) : m_queue(std::move(handler)) {}

    Session& session()
    {
        if (!m_session)
            m_session = std::make_unique<Session>(m_queue);
        return *m_session;
    }
    void end() { m_session.reset(); } ///< nothing is heard of it afterwards

private:
    EventQueue m_queue;
    std::unique_ptr<Session> m_session;
};

} // namespace fettle::ui
