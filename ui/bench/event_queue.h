// SPDX-License-Identifier: GPL-3.0-or-later
// Carries the engine's events into the window's thread, in batches, at most 30 times a second.
#pragma once

#include "core/events/events.h"

#include <QObject>
#include <QTimer>
#include <functional>
#include <mutex>
#include <vector>

namespace fettle::ui
{

class EventQueue : public QObject, public EventSink
{
    Q_OBJECT

public:
    using Handler = std::function<void(std::vector<Event>& events)>;

    /// `handler` is called in the thread of this object, never with an empty batch.
    explicit EventQueue(Handler handler, QObject* parent = nullptr);

    /// Any thread; returns at once.
    void onEvent(const Event& event) override;
    /// Hands over what waits now.
    void drain();

private:
    Handler m_handler;
    QTimer m_timer; ///< ticks only while events come
    std::mutex m_mutex;
    std::vector<Event> m_waiting;
    bool m_awake = false;
};

} // namespace fettle::ui
