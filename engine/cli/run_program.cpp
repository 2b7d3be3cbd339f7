// SPDX-License-Identifier: GPL-3.0-or-later
// Starting a launcher and standing in for what it starts: signals, and the code that it ends with.
#include "core/store/run_folder.h"
#include "engine/cli/launcher.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace msrl::cli {

namespace {

sigset_t waitedFor()
{
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : { SIGINT, SIGTERM, SIGCHLD })
        ::sigaddset(&set, signal);
    return set;
}

// A group of its own: an interrupt at the terminal reaches this process alone, which asks for an orderly end.
base::Result<pid_t> spawn(const ProgramCall& call)
{
    std::vector<char*> words;
    for (const std::string& word : call.command)
        words.push_back(const_cast<char*>(word.c_str())); // posix_spawnp() does not write to them
    words.push_back(nullptr);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(
        &attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP));
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    pid_t pid = 0;
    const int fault = ::posix_spawnp(&pid, words[0], &actions, &attributes, words.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (fault == ENOENT)
        return base::badInput(fmt::format("{} was not found", call.command.front()), "launcher",
            fmt::format("install {}, or set PATH", call.package));
    if (fault != 0)
        return base::failed(
            fmt::format("{} cannot be started: {}", call.command.front(), std::strerror(fault)));
    return pid;
}

// The lead of the run while it works on this machine, else the launcher itself.
pid_t toBeStopped(const ProgramCall& call, pid_t launcher)
{
    if (call.run.empty())
        return launcher;
    const base::Result<store::RunInfo> info = store::RunFolder(call.run).readInfo();
    return info && base::isAlive(info->process) ? static_cast<pid_t>(info->process.pid) : launcher;
}

} // namespace

base::Result<int> runProgram(const ProgramCall& call)
{
    const sigset_t set = waitedFor();
    sigset_t before;
    ::sigprocmask(SIG_BLOCK, &set, &before);
    const base::Result<pid_t> pid = spawn(call);
    int asked = 0;
    int state = 0;
    while (pid && ::waitpid(*pid, &state, WNOHANG) == 0) {
        const int signal = ::sigwaitinfo(&set, nullptr);
        if (signal == SIGINT || signal == SIGTERM)
            ::kill(++asked > 2 ? *pid : toBeStopped(call, *pid), SIGTERM);
    }
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    if (!pid)
        return pid.error();
    return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

} // namespace msrl::cli
