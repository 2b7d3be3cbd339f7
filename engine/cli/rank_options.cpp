// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/rank_options.h"

#include "engine/cli/checks.h"

#include <CLI/CLI.hpp>

namespace msrl::cli {

void addProjectOptions(CLI::App& command, RunOptions& options)
{
    command.add_option("project", options.project, "Project file (*.msrl).")->required();
    command.add_option("--run", options.run, "Folder of the run; made when absent.")->required();
    command.add_option("--folder", options.folder,
        "Folder that relative paths of the project begin in, in place of the project file's own.");
    command
        .add_option_function<std::uint64_t>(
            "--seed", [&options](const std::uint64_t& seed) { options.seed = seed; },
            "In place of the project's seed.")
        ->check(wholeFrom(0));
    command
        .add_option("--bypass", options.bypass, "Node to leave out (ablation); may be given several times.")
        ->expected(1)
        ->take_all();
    command
        .add_option("--set", options.set,
            "NODE.PARAM=VALUE in place of the project's value; may be given several times.")
        ->expected(1)
        ->take_all();
    command.add_option("--until", options.until,
        "Run only this node, what it needs, and the evaluations of the policies on the way.");
    command
        .add_option(
            "--gate", options.gate, "auto: thresholds decide. wait: an auditor does. project: as it says.")
        ->check(CLI::IsMember({ "project", "auto", "wait" }))
        ->capture_default_str();
    addMachineOptions(command, options);
    command.add_option("--artefacts", options.artefacts, "Folder of results that several runs share.");
}

void addMachineOptions(CLI::App& command, RunOptions& options)
{
    command.add_option("--device", options.device, "Where to compute: cpu, cuda or cuda:N.")
        ->capture_default_str();
    command
        .add_option("--threads", options.threads,
            "Of each rank: workers of a small model, threads of one operation of a larger one; 0 takes all "
            "processors.")
        ->check(wholeFrom(0))
        ->capture_default_str();
    command
        .add_option("--rank-timeout", options.rankTimeout,
            "Seconds that a rank may be silent while the others need it.")
        ->check(aboveZero())
        ->capture_default_str();
}

void addHostsOption(CLI::App& command, RunOptions& options)
{
    command.add_option("--hosts", options.hosts, "Machines for the ranks, with commas between.")
        ->delimiter(',')
        ->expected(1)
        ->take_all();
}

void addRankOptions(CLI::App& command, RunOptions& options)
{
    command.add_option("--ranks", options.ranks, "Processes that share the work.")
        ->check(wholeFrom(1))
        ->capture_default_str();
    command.add_option("--launcher", options.launcher, "What starts them: mpirun (the default) or srun.")
        ->check(CLI::IsMember({ "mpirun", "srun" }));
    addHostsOption(command, options);
}

} // namespace msrl::cli
