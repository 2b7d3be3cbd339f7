// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine run and resume.
#include "core/store/run_folder.h"
#include "engine/cli/command.h"
#include "engine/cli/curriculum_run.h"
#include "engine/control/control_client.h"
#include "engine/device/device.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace msrl::cli {
namespace fs = std::filesystem;

base::Status runCurriculum(const RunOptions& options)
{
    const int threads = options.threads > 0 ? options.threads : device::numProcessors();
    if (base::Status set = device::setThreads(threads); !set)
        return set;
    const base::Result<PreparedRun> prepared = prepareRun(options);
    if (!prepared)
        return prepared.error();
    const base::Result<stages::RunSummary> summary = executeRun(options, *prepared);
    if (!summary)
        return summary.error();
    print(fmt::format("{} results made, {} reused\n", summary->made, summary->reused));
    return {};
}

base::Status resumeRun(const fs::path& run, bool detached)
{
    base::Result<RunOptions> options = readOptions(run);
    if (!options)
        return options.error();
    base::Result<store::RunInfo> info = store::RunFolder(run).readInfo();
    if (!info)
        return info.error();
    if (base::isAlive(info->process)) { // paused, then: its engine only has to go on
        const base::Result<protocol::Reply> reply = control::request(info->socket, protocol::Resume {});
        return reply ? base::Status() : base::Status(reply.error());
    }
    options->detached = detached;
    options->commandLine = fmt::format("msrl-engine resume {}", run.string());
    return runCurriculum(*options);
}

namespace {

void addRun(CLI::App& app, Action& action)
{
    CLI::App* command
        = app.add_subcommand("run", "Run a project; what is unchanged since the last run is not redone.");
    const auto options = std::make_shared<RunOptions>();
    command->add_option("project", options->project, "Project file (*.msrl).")->required();
    command->add_option("--run", options->run, "Folder of the run; made when absent.")->required();
    command->add_option_function<std::uint64_t>(
        "--seed", [options](const std::uint64_t& seed) { options->seed = seed; },
        "In place of the project's seed.");
    command
        ->add_option("--bypass", options->bypass, "Node to leave out (ablation); may be given several times.")
        ->expected(1)
        ->take_all();
    command
        ->add_option("--set", options->set,
            "NODE.PARAM=VALUE in place of the project's value; may be given several times.")
        ->expected(1)
        ->take_all();
    command->add_option("--until", options->until, "Run only this node and what it needs.");
    command
        ->add_option(
            "--gate", options->gate, "auto: thresholds decide. wait: an auditor does. project: as it says.")
        ->check(CLI::IsMember({ "project", "auto", "wait" }))
        ->capture_default_str();
    command->add_option("--device", options->device, "Where to compute.")->capture_default_str();
    command
        ->add_option("--threads", options->threads,
            "Workers of a small model, threads of one operation of a larger one; 0 takes all processors.")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--artefacts", options->artefacts, "Folder of results that several runs share.");
    command->add_flag("--detached", options->detached, "Own session; output goes to RUN/engine.log.");
    command->callback([&action, options] {
        action = [options] {
            options->commandLine = commandLineOf(*options);
            return runCurriculum(*options);
        };
    });
}

void addResume(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand(
        "resume", "Go on with a run that is paused, or was stopped, killed or has failed.");
    const auto run = std::make_shared<fs::path>();
    const auto detached = std::make_shared<bool>(false);
    command->add_option("run", *run, "Folder of the run.")->required();
    command->add_flag("--detached", *detached, "Own session; output goes to RUN/engine.log.");
    command->callback(
        [&action, run, detached] { action = [run, detached] { return resumeRun(*run, *detached); }; });
}

} // namespace

void addRunCommands(CLI::App& app, Action& action)
{
    addRun(app, action);
    addResume(app, action);
}

} // namespace msrl::cli
