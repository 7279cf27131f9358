// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl+C, SIGTERM and a closed terminal as a polite request first.
#include "app/cli_signals.h"

#include <csignal>
#include <pthread.h>

namespace fettle::cli
{

namespace
{

bool isIgnored(int signal)
{
    struct sigaction current = {};
    return sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

sigset_t politeSet()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (!isIgnored(SIGHUP)) // nohup asked for that; a blocked signal would come all the same
        sigaddset(&set, SIGHUP);
    return set;
}

} // namespace

void reserveSignals()
{
    const sigset_t set = politeSet();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // Nobody reads the progress any more (… | head): it goes quiet, the run goes on.
    std::signal(SIGPIPE, SIG_IGN);
}

void endAsBy(int signal)
{
    const sigset_t set = politeSet();
    std::signal(signal, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    std::raise(signal);
}

PoliteSignals::PoliteSignals(std::function<void(int)> onRequest) : m_onRequest(std::move(onRequest))
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
    bool asked = false; // by a person or a program; a closing terminal says it twice and knows no hurry
    while (!m_done) {
        const timespec patience = {0, 50'000'000};
        const int signal = sigtimedwait(&set, nullptr, &patience);
        if (signal <= 0)
            continue;
        if (!asked || signal == SIGHUP) {
            asked = asked || signal != SIGHUP;
            m_onRequest(signal);
            continue;
        }
        endAsBy(signal);
    }
}

} // namespace fettle::cli
