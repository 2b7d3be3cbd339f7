// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/launcher.h"

#include "core/store/run_folder.h"
#include "engine/device/device.h"
#include "engine/parallel/join.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

constexpr int kSignalled = 128; // added to the signal that ended a process, in the code of who waited for it

std::string joined(const std::vector<std::string>& words, const char* between)
{
    std::string line;
    for (const std::string& word : words)
        line += (line.empty() ? "" : between) + word;
    return line;
}

bool usesSlurm(const RunOptions& options)
{
    return options.launcher == "srun";
}

std::vector<std::string> mpirunCommand(const RunOptions& options)
{
    // Ranks are counted by checkRanks(), in processors; mpirun counts cores, and would bind each rank to one
    // of them, whatever threads it has.
    std::vector<std::string> command { "mpirun", "-n", std::to_string(options.ranks), "--oversubscribe",
        "--bind-to", "none" };
    if (::geteuid() == 0)
        command.push_back("--allow-run-as-root");
    if (!options.hosts.empty()) {
        const auto hosts = static_cast<int>(options.hosts.size());
        std::vector<std::string> slots;
        for (const std::string& host : options.hosts)
            slots.push_back(fmt::format("{}:{}", host, (options.ranks + hosts - 1) / hosts));
        command.insert(command.end(), { "--host", joined(slots, ",") });
    }
    return command;
}

// The lead may have been killed, and nobody but the launcher waited for it. `before`: whom run.json named
// then.
void noteLeadsEnd(const store::RunFolder& folder, const base::ProcessIdentity& before, int code)
{
    const base::Result<store::RunInfo> info = folder.readInfo();
    if (!info || info->process == before)
        return;
    // Launchers have codes of their own above those of signals.
    const bool isSignal = code > kSignalled && code - kSignalled < NSIG;
    const store::ProcessEnd end
        = isSignal ? store::ProcessEnd { code - kSignalled, {} } : store::ProcessEnd { {}, code };
    const base::Status noted = folder.noteEnd(info->process, end);
    static_cast<void>(noted); // the launcher's own failure is what is told
}

std::vector<std::string> srunCommand(const RunOptions& options)
{
    std::vector<std::string> command { "srun", "--mpi=pmix", "--kill-on-bad-exit=1",
        fmt::format("--ntasks={}", options.ranks) };
    if (options.threads > 0)
        command.push_back(fmt::format("--cpus-per-task={}", options.threads));
    if (!options.hosts.empty())
        command.push_back("--nodelist=" + joined(options.hosts, ","));
    return command;
}

} // namespace

bool needsLauncher(const RunOptions& options)
{
    return options.ranks > 1 && parallel::ranksOfLauncher() == 1;
}

base::Status checkRanks(const RunOptions& options)
{
    if (options.ranks < 1)
        return base::badInput(fmt::format("{} ranks", options.ranks), "ranks", "use 1 or more");
    const int started = parallel::ranksOfLauncher();
    if (started > 1 && options.ranks > 1 && options.ranks != started)
        return base::badInput(
            fmt::format("{} ranks asked for, but the launcher started {}", options.ranks, started), "ranks",
            "leave --ranks out under a launcher");
    if (!options.hosts.empty() && options.ranks < static_cast<int>(options.hosts.size()) && started == 1)
        return base::badInput(fmt::format("{} ranks for {} hosts", options.ranks, options.hosts.size()),
            "ranks", "use at least one rank per host");
    const int processors = device::numProcessors();
    if (needsLauncher(options) && !usesSlurm(options) && options.hosts.empty() && options.ranks > processors)
        return base::badInput(
            fmt::format("{} ranks asked for, this machine has {} processors", options.ranks, processors),
            "ranks", "choose fewer, or name the machines with --hosts");
    return {};
}

std::vector<std::string> launcherCommand(
    const RunOptions& options, const std::string& engine, const std::vector<std::string>& arguments)
{
    std::vector<std::string> command = usesSlurm(options) ? srunCommand(options) : mpirunCommand(options);
    command.push_back(engine);
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

base::Status launchRanks(const RunOptions& options, const std::vector<std::string>& arguments)
{
    if (base::Status fine = checkRanks(options); !fine)
        return fine;
    if (options.detached)
        ::setsid(); // fails harmlessly when whoever started this has done it
    const store::RunFolder folder(options.run);
    const base::Result<store::RunInfo> earlier = folder.readInfo();
    const base::ProcessIdentity before = earlier ? earlier->process : base::ProcessIdentity {};
    const base::Result<int> code = runProgram({ launcherCommand(options, enginePath(), arguments),
        usesSlurm(options) ? "slurm-client" : "openmpi-bin", options.run });
    if (!code)
        return code.error();
    if (*code == 0)
        return {};
    noteLeadsEnd(folder, before, *code);
    for (const base::ErrorCode known :
        { base::ErrorCode::BadInput, base::ErrorCode::Stopped, base::ErrorCode::Failed })
        if (*code == static_cast<int>(known))
            return base::Error { known, {}, {}, {} };
    return base::failed(fmt::format("{} ended with code {}", usesSlurm(options) ? "srun" : "mpirun", *code),
        {}, "see its messages above");
}

std::vector<std::string> runArguments(const RunOptions& options)
{
    std::vector<std::string> words { "run", options.project.string(), "--run", options.run.string() };
    const auto add = [&](const char* name, const std::string& value) {
        words.insert(words.end(), { name, value });
    };
    if (!options.folder.empty())
        add("--folder", options.folder.string());
    if (options.seed)
        add("--seed", std::to_string(*options.seed));
    for (const std::string& node : options.bypass)
        add("--bypass", node);
    for (const std::string& one : options.set)
        add("--set", one);
    if (!options.until.empty())
        add("--until", options.until);
    add("--gate", options.gate);
    add("--device", options.device);
    if (options.threads > 0)
        add("--threads", std::to_string(options.threads));
    if (!options.artefacts.empty())
        add("--artefacts", options.artefacts.string());
    if (options.detached)
        words.push_back("--detached");
    if (options.ranks > 1)
        add("--ranks", std::to_string(options.ranks));
    if (!options.launcher.empty())
        add("--launcher", options.launcher);
    if (!options.hosts.empty())
        add("--hosts", joined(options.hosts, ","));
    if (options.rankTimeout != RunOptions {}.rankTimeout)
        add("--rank-timeout", std::to_string(options.rankTimeout));
    return words;
}

std::string shellLine(const std::vector<std::string>& words)
{
    const std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+@%";
    std::string line;
    for (const std::string& word : words) {
        line += line.empty() ? "" : " ";
        if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
            line += word;
            continue;
        }
        line += '\'';
        for (const char c : word)
            line += c == '\'' ? std::string("'\\''") : std::string(1, c);
        line += '\'';
    }
    return line;
}

std::string enginePath()
{
    std::error_code ec;
    const fs::path path = fs::read_symlink("/proc/self/exe", ec);
    return ec ? "msrl-engine" : path.string();
}

} // namespace msrl::cli
