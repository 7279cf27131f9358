// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/event_queue.h"

namespace fettle::ui
{

EventQueue::EventQueue(Handler handler, QObject* parent) : QObject(parent), m_handler(std::move(handler))
{
    m_timer.setInterval(33);
    connect(&m_timer, &QTimer::timeout, this, &EventQueue::drain);
}

void EventQueue::onEvent(const Event& event)
{
    bool wake = false;
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back(event);
        wake = !m_awake;
        m_awake = true;
    }
    if (wake)
        QMetaObject::invokeMethod(
            this,
            [this] {
                drain();
                m_timer.start();
            },
            Qt::QueuedConnection);
}

void EventQueue::drain()
{
    std::vector<Event> batch;
    {
        const std::lock_guard lock(m_mutex);
        batch.swap(m_waiting);
        if (batch.empty())
            m_awake = false;
    }
    if (batch.empty())
        m_timer.stop();
    else
        m_handler(batch);
}

} // namespace fettle::ui
