// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace msrl::cli {

namespace {

std::atomic<int> g_signals { 0 };

void onSignal(int)
{
    g_signals.fetch_add(1);
}

} // namespace

void installSignalHandlers()
{
    struct sigaction action
    {
    };
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // a file that grows too large is an error of its write
}

int signalsReceived()
{
    return g_signals.load();
}

base::Status detachProcess(const std::filesystem::path& logFile)
{
    ::setsid(); // fails harmlessly when the launcher has done it
    const int log = ::open(logFile.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log < 0)
        return base::failed(std::string("cannot write: ") + std::strerror(errno), logFile.string());
    std::fflush(stdout);
    std::fflush(stderr);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(null, STDIN_FILENO);
    ::close(log);
    ::close(null);
    return {};
}

} // namespace msrl::cli
