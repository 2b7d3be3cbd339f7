// SPDX-License-Identifier: GPL-3.0-or-later
// SIGINT and SIGTERM as a stop token, for commands that finish what is safe to finish and end with code 3.
#pragma once

#include <functional>
#include <stop_token>
#include <thread>

namespace msrl::cli {

// While it lives both signals are blocked in this thread and those started after it, and the first of them
// stops the token; the second ends the process. Make it before any other thread.
class Interrupt
{
public:
    // `onStop` is called once, from the waiting thread.
    explicit Interrupt(std::function<void()> onStop = {});
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return m_source.get_token(); }

private:
    void wait(const std::stop_token& ended);

    std::function<void()> m_onStop;
    std::stop_source m_source;
    std::jthread m_waiter;
};

} // namespace msrl::cli
