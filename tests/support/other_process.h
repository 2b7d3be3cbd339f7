// SPDX-License-Identifier: GPL-3.0-or-later
// A second process for one test: does its work, then lives until it is killed.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

namespace msrl::tests {

class OtherProcess
{
public:
    // Returns once `work` is done there; its result is what worked() says.
    explicit OtherProcess(const std::function<bool()>& work)
    {
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        m_pid = ::fork();
        if (m_pid == 0) {
            // What `work` holds is held until the kill: it is not destroyed before.
            const char word = work() ? 'y' : 'n';
            static_cast<void>(!::write(ends[1], &word, 1));
            for (;;)
                ::pause();
        }
        ::close(ends[1]);
        char word = 0;
        m_worked = ::read(ends[0], &word, 1) == 1 && word == 'y'; // nothing comes when it dies at its work
        ::close(ends[0]);
    }
    OtherProcess(const OtherProcess&) = delete;
    OtherProcess& operator=(const OtherProcess&) = delete;
    ~OtherProcess() { kill(); }

    bool worked() const { return m_worked; }
    pid_t pid() const { return m_pid; }
    void kill()
    {
        if (m_pid <= 0)
            return;
        ::kill(m_pid, SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
        m_pid = 0;
    }

private:
    pid_t m_pid = 0;
    bool m_worked = false;
};

} // namespace msrl::tests
