// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl+C and SIGTERM as a polite request first.
#include "app/cli_signals.h"

#include <csignal>
#include <pthread.h>

namespace fettle::cli
{

namespace
{

sigset_t politeSet()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

} // namespace

void reserveSignals()
{
    const sigset_t set = politeSet();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // A limit on file size is then an error of write(), which is told like a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
}

PoliteSignals::PoliteSignals(std::function<void()> onRequest) : m_onRequest(std::move(onRequest))
{
    m_thread = std::thread([this] { watch(); });
}

PoliteSignals::~PoliteSignals()
{
    m_done = true;
    m_thread.join();
}

void PoliteSignals::watch()
{
    const sigset_t set = politeSet();
    bool asked = false;
    while (!m_done) {
        const timespec patience = {0, 50'000'000};
        const int signal = sigtimedwait(&set, nullptr, &patience);
        if (signal <= 0)
            continue;
        if (!asked) {
            asked = true;
            m_onRequest();
            continue;
        }
        std::signal(signal, SIG_DFL);
        pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
        std::raise(signal);
    }
}

} // namespace fettle::cli
