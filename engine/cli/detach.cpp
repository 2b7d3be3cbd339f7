// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/detach.h"

#include "engine/cli/command.h"
#include "engine/parallel/join.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

namespace msrl::cli {

namespace {

base::ProcessIdentity engineOf(const store::RunFolder& folder)
{
    const base::Result<store::RunInfo> info = folder.readInfo();
    return info ? info->process : base::ProcessIdentity {};
}

bool hasBegun(const store::RunFolder& folder, const base::ProcessIdentity& before)
{
    const base::Result<store::RunInfo> info = folder.readInfo();
    return info && info->process != before && info->phase != store::RunPhase::Starting;
}

base::Status endOf(int state, const store::RunFolder& folder)
{
    if (WIFEXITED(state) && WEXITSTATUS(state) == 0)
        return {};
    if (WIFEXITED(state))
        return base::Error { static_cast<base::ErrorCode>(WEXITSTATUS(state)), {}, {}, {} };
    return base::failed(
        fmt::format("the engine was ended by signal {} before the run began", WTERMSIG(state)),
        folder.root().string(), "its last words are in engine.log there");
}

base::Status waitUntilBegun(pid_t engine, const store::RunFolder& folder, const base::ProcessIdentity& before)
{
    constexpr auto kLook = std::chrono::milliseconds(50);
    for (;;) {
        int state = 0;
        const bool ended = ::waitpid(engine, &state, WNOHANG) == engine;
        if (hasBegun(folder, before))
            return {};
        if (ended && engineOf(folder) != before)
            return base::failed("the engine ended before the run began", folder.root().string(),
                "its last words are in engine.log there");
        if (ended)
            return endOf(state, folder);
        std::this_thread::sleep_for(kLook);
    }
}

// Ends as the engine did, for a caller who still waits.
[[noreturn]] void endLike(int state)
{
    if (!WIFSIGNALED(state))
        ::_exit(WIFEXITED(state) ? WEXITSTATUS(state) : static_cast<int>(base::ErrorCode::Failed));
    const rlimit noCore {};
    ::setrlimit(RLIMIT_CORE, &noCore);
    std::signal(WTERMSIG(state), SIG_DFL);
    ::raise(WTERMSIG(state));
    ::_exit(128 + WTERMSIG(state));
}

// Only a parent learns how a process ended. This one does nothing but wait for the engine, holds nothing of
// the terminal, and is in no group that anybody signals.
[[noreturn]] void standBy(pid_t engine, const store::RunFolder& folder)
{
    ::prctl(PR_SET_NAME, "msrl-standby");
    const int null = ::open("/dev/null", O_RDWR);
    for (const int stream : { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO })
        ::dup2(null, stream);
    const base::ProcessIdentity identity = base::identifyProcess(engine).value_or(base::ProcessIdentity {});
    int state = 0;
    while (::waitpid(engine, &state, 0) < 0 && errno == EINTR) { }
    store::ProcessEnd end;
    if (WIFSIGNALED(state))
        end.signal = WTERMSIG(state);
    else if (WIFEXITED(state))
        end.exitCode = WEXITSTATUS(state);
    const base::Status noted = folder.noteEnd(identity, end);
    static_cast<void>(noted); // nobody is left to be told
    endLike(state);
}

base::Error noProcess()
{
    return base::failed(fmt::format("no process can be started: {}", std::strerror(errno)));
}

} // namespace

base::Result<ProcessSide> startDetached(const store::RunFolder& folder)
{
    if (parallel::ranksOfLauncher() > 1)
        return ProcessSide::Engine;
    const base::ProcessIdentity before = engineOf(folder);
    std::fflush(stdout);
    std::fflush(stderr);
    const pid_t watcher = ::fork();
    if (watcher < 0)
        return noProcess();
    if (watcher == 0) {
        ::setsid();
        const pid_t engine = ::fork();
        if (engine < 0)
            return noProcess();
        if (engine > 0)
            standBy(engine, folder);
        ::setsid();
        return ProcessSide::Engine;
    }
    if (base::Status begun = waitUntilBegun(watcher, folder, before); !begun)
        return begun.error();
    print(fmt::format("run {} (process {}), output in {}\n"
                      "follow it with: msrl-engine tail {} --follow\n",
        folder.root().string(), engineOf(folder).pid, folder.logFile().string(), folder.root().string()));
    return ProcessSide::Caller;
}

} // namespace msrl::cli
