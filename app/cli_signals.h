// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl+C, SIGTERM and a closed terminal as a polite request first.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace fettle::cli
{

/// To be called before any thread is made, so that all of them leave these signals to PoliteSignals; a reader of
/// our output that goes away no longer ends the program.
void reserveSignals();

/// While it lives, SIGHUP (unless it is ignored, as under nohup) and the first SIGINT or SIGTERM call `onRequest`, on a
/// thread of its own, with its number; the second SIGINT or SIGTERM ends the program as the signal would have.
class PoliteSignals
{
public:
    explicit PoliteSignals(std::function<void(int signal)> onRequest);
    ~PoliteSignals();
    PoliteSignals(const PoliteSignals&) = delete;
    PoliteSignals& operator=(const PoliteSignals&) = delete;

private:
    void watch();

    std::function<void(int signal)> m_onRequest;
    std::atomic<bool> m_done{false};
    std::thread m_thread;
};

/// Ends the program as `signal` would have.
void endAsBy(int signal);

} // namespace fettle::cli
