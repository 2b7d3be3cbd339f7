// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/interrupt.h"

#include <unistd.h>

#include <csignal>
#include <utility>

namespace msrl::cli {

namespace {

sigset_t stopSignals()
{
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGINT);
    ::sigaddset(&set, SIGTERM);
    return set;
}

} // namespace

Interrupt::Interrupt(std::function<void()> onStop)
    : m_onStop(std::move(onStop))
{
    const sigset_t set = stopSignals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    m_waiter = std::jthread([this](const std::stop_token& ended) { wait(ended); });
}

Interrupt::~Interrupt()
{
    m_waiter.request_stop();
    m_waiter.join();
    const sigset_t set = stopSignals();
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void Interrupt::wait(const std::stop_token& ended)
{
    const sigset_t set = stopSignals();
    const timespec pause { .tv_sec = 0, .tv_nsec = 100'000'000 };
    int seen = 0;
    while (!ended.stop_requested()) {
        const int signal = ::sigtimedwait(&set, nullptr, &pause);
        if (signal <= 0)
            continue;
        if (++seen > 1)
            ::_exit(128 + signal);
        m_source.request_stop();
        if (m_onStop)
            m_onStop();
    }
}

} // namespace msrl::cli
