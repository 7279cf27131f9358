// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl+C and SIGTERM as a polite request first.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace fettle::cli
{

/// To be called before any thread is made, so that all of them leave SIGINT and SIGTERM to PoliteSignals.
void reserveSignals();

/// While it lives, the first SIGINT or SIGTERM calls `onRequest` (on a thread of its own); the second ends the program
/// as the signal would have.
class PoliteSignals
{
public:
    explicit PoliteSignals(std::function<void()> onRequest);
    ~PoliteSignals();
    PoliteSignals(const PoliteSignals&) = delete;
    PoliteSignals& operator=(const PoliteSignals&) = delete;

private:
    void watch();

    std::function<void()> m_onRequest;
    std::atomic<bool> m_done{false};
    std::thread m_thread;
};

} // namespace fettle::cli
