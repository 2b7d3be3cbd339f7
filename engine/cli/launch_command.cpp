// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine launch: a run as a batch job of Slurm.
#include "core/base/files.h"
#include "engine/cli/checks.h"
#include "engine/cli/command.h"
#include "engine/cli/curriculum_run.h"
#include "engine/cli/launcher.h"
#include "engine/cli/output_file.h"
#include "engine/cli/rank_options.h"
#include "engine/device/device.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

struct LaunchOptions
{
    RunOptions run;
    std::string name;
    int nodes = 0;
    std::string partition;
    std::string time;
    std::vector<std::string> extra; // further lines for sbatch
    bool pathsOnNodes = false;
    bool print = false;
};

void addDirective(std::string& script, const std::string& name, const std::string& value)
{
    if (!value.empty())
        script += fmt::format("#SBATCH --{}={}\n", name, value);
}

// The job stops with a checkpoint two minutes before its time is over; submitted again, it goes on.
std::string batchScript(const LaunchOptions& options)
{
    RunOptions run = options.run;
    run.project = fs::absolute(run.project).lexically_normal();
    run.run = fs::absolute(run.run).lexically_normal();
    if (!run.folder.empty())
        run.folder = projectFolderOf(run);
    if (!run.artefacts.empty())
        run.artefacts = fs::absolute(run.artefacts).lexically_normal();
    run.launcher = "srun";
    std::string script = "#!/bin/bash\n";
    addDirective(
        script, "job-name", options.name.empty() ? "msrl-" + run.project.stem().string() : options.name);
    addDirective(script, "ntasks", std::to_string(run.ranks));
    addDirective(script, "nodes", options.nodes > 0 ? std::to_string(options.nodes) : "");
    addDirective(script, "cpus-per-task", run.threads > 0 ? std::to_string(run.threads) : "");
    addDirective(script, "gpus-per-task", run.device.starts_with("cuda") ? "1" : "");
    addDirective(script, "partition", options.partition);
    addDirective(script, "time", options.time);
    std::string hosts;
    for (const std::string& host : run.hosts)
        hosts += (hosts.empty() ? "" : ",") + host;
    addDirective(script, "nodelist", hosts);
    addDirective(script, "output", run.run.string() + ".slurm-%j.log");
    addDirective(script, "signal", "TERM@120");
    for (const std::string& line : options.extra)
        script += fmt::format("#SBATCH {}\n", line);
    const std::string folder = shellLine({ run.run.string() });
    const std::string engine = enginePath();
    run.hosts.clear(); // the allocation's
    script += fmt::format("set -eu\nif [ -e {0}/run.json ]; then\n  {1}\nelse\n  {2}\nfi\n", folder,
        shellLine(launcherCommand(run, engine, { "resume", run.run.string() })),
        shellLine(launcherCommand(run, engine, runArguments(run))));
    return script;
}

// What the nodes would refuse after hours in the queue. Rows and media are left to them. What is wrong
// wherever the paths are is told first.
base::Status checkProject(const LaunchOptions& options)
{
    PrepareParts parts;
    parts.paths = false;
    parts.preflight = false;
    parts.hashContent
        = [](curriculum::FieldContent, const curriculum::PlanContent&) { return std::string("not read"); };
    if (const auto prepared = prepareRun(options.run, parts); !prepared)
        return prepared.error();
    if (options.pathsOnNodes)
        return {};
    parts.paths = true;
    const auto prepared = prepareRun(options.run, parts);
    if (prepared)
        return {};
    base::Error missing = prepared.error();
    missing.hint += ", or give --paths-on-nodes where only the nodes have it";
    return missing;
}

base::Result<fs::path> writeBatchFile(const LaunchOptions& options, const std::string& script)
{
    const fs::path file = fs::absolute(options.run.run).lexically_normal().string() + ".sbatch";
    if (const base::Status fine = checkOutputFile(file); !fine) {
        base::Error refused = fine.error();
        refused.hint = "make the folder of the run's folder here too, or submit what --print writes";
        return refused;
    }
    if (const base::Status written = base::writeFileAtomically(file, script); !written)
        return written.error();
    return file;
}

base::Status launch(const LaunchOptions& options)
{
    if (base::Status fine = checkProject(options); !fine)
        return fine;
    if (options.nodes > options.run.ranks)
        return base::badInput(fmt::format("{} machines for {} ranks", options.nodes, options.run.ranks),
            "--nodes", "use at least one rank per machine");
    // Whether the device is there, the nodes will say.
    if (const auto device = device::parseDevice(options.run.device); !device)
        return device.error();
    const std::string script = batchScript(options);
    if (options.print) {
        print(script);
        return {};
    }
    const base::Result<fs::path> file = writeBatchFile(options, script);
    if (!file)
        return file.error();
    const base::Result<int> code = runProgram({ { "sbatch", file->string() }, "slurm-client", {} });
    if (!code)
        return code.error();
    return *code == 0 ? base::Status()
                      : base::Status(base::failed(fmt::format("sbatch ended with code {}", *code),
                          file->string(), "see its message above"));
}

} // namespace

void addLaunchCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand(
        "launch", "Submit a run to Slurm, which goes on where it was when submitted again.");
    const auto options = std::make_shared<LaunchOptions>();
    addProjectOptions(*command, options->run);
    command->add_option("--ranks", options->run.ranks, "Processes that share the work.")
        ->check(wholeFrom(1))
        ->capture_default_str();
    addHostsOption(*command, options->run);
    command->add_option("--nodes", options->nodes, "Machines to ask for; Slurm's choice when absent.")
        ->check(wholeFrom(1));
    command->add_option("--partition", options->partition, "Slurm partition.");
    command->add_option("--time", options->time, "Time limit, as Slurm writes it: 12:00:00.");
    command->add_option(
        "--name", options->name, "Name of the job; msrl- and that of the project's file when absent.");
    command
        ->add_option("--sbatch", options->extra,
            "A further option for sbatch, for example --sbatch=--mem=64G; may be given several times.")
        ->expected(1)
        ->take_all();
    command->add_flag("--paths-on-nodes", options->pathsOnNodes,
        "Only the nodes have the project's models, data and other paths: they are not looked for here. "
        "--folder names the folder there that relative ones begin in.");
    command->add_flag("--print", options->print, "Write the batch file to standard output, submit nothing.");
    command->callback([&action, options] { action = [options] { return launch(*options); }; });
}

} // namespace msrl::cli
