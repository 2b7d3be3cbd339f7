// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine run and resume.
#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/curriculum/validate.h"
#include "engine/cli/command.h"
#include "engine/cli/run_host.h"
#include "engine/control/control_client.h"
#include "engine/device/device.h"
#include "engine/stages/executor.h"
#include "engine/stages/preflight.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

struct Prepared
{
    std::string projectText;
    curriculum::Project project; // with the gate's policy as asked for
    curriculum::Plan plan;
    stages::RunSettings settings;
    fs::path artefacts;
};

void applyGate(curriculum::Project& project, const std::string& gate)
{
    if (gate == "project")
        return;
    for (curriculum::Node& node : project.nodes) {
        if (node.type == "gate")
            node.params["policy"] = gate == "auto" ? "automatic" : "wait";
    }
}

// Reads and checks everything; writes nothing.
base::Result<Prepared> prepare(const RunOptions& options)
{
    Prepared prepared;
    base::Result<std::string> text = base::readFile(options.project, std::uint64_t { 64 } << 20);
    if (!text)
        return text.error();
    prepared.projectText = *std::move(text);
    base::Result<curriculum::Project> project
        = curriculum::parseProject(prepared.projectText, options.project.string());
    if (!project)
        return project.error();
    prepared.project = *std::move(project);
    applyGate(prepared.project, options.gate);
    prepared.settings.projectFolder = fs::absolute(options.project).parent_path();
    base::Result<c10::Device> device = device::parseDevice(options.device);
    if (!device)
        return device.error();
    prepared.settings.device = *device;
    const auto problems = curriculum::validate(prepared.project, prepared.settings.projectFolder);
    if (base::Status valid = curriculum::firstError(problems, options.project.string()); !valid)
        return valid.error();

    curriculum::PlanOptions planOptions;
    planOptions.bypass.insert(options.bypass.begin(), options.bypass.end());
    planOptions.until = options.until;
    planOptions.seed = options.seed.value_or(prepared.project.seed);
    planOptions.hashContent = stages::contentHasher(prepared.settings.projectFolder);
    base::Result<curriculum::Plan> plan = curriculum::makePlan(prepared.project, planOptions);
    if (!plan)
        return plan.error();
    prepared.plan = *std::move(plan);
    prepared.artefacts
        = options.artefacts.empty() ? store::RunFolder(options.run).artefacts() : options.artefacts;
    const stages::ArtefactStore artefacts(prepared.artefacts);
    if (base::Status fine = stages::preflight(prepared.plan, prepared.settings, artefacts); !fine)
        return fine.error();
    return prepared;
}

std::string planText(const RunOptions& options, const curriculum::Plan& plan)
{
    base::Json json = curriculum::planToJson(plan);
    json["options"] = optionsToJson(options);
    return json.dump(1) + "\n";
}

base::Status execute(const Prepared& prepared, RunHost& host)
{
    const stages::ArtefactStore artefacts(prepared.artefacts);
    if (base::Status made = base::createFolders(prepared.artefacts); !made)
        return made;
    artefacts.removeLeftovers();
    const base::Result<stages::RunSummary> summary = stages::executePlan(
        prepared.plan, { prepared.settings, artefacts, host.sink(), host.control(), host.audit() });
    if (!summary)
        return summary.error();
    print(fmt::format("{} results made, {} reused\n", summary->made, summary->reused));
    return {};
}

} // namespace

base::Status runCurriculum(const RunOptions& options)
{
    const int threads = options.threads > 0 ? options.threads : device::numProcessors();
    if (base::Status set = device::setThreads(threads); !set)
        return set;
    base::Result<Prepared> prepared = prepare(options);
    if (!prepared)
        return prepared.error();
    RunHost::Files files;
    files.project = prepared->projectText;
    files.plan = planText(options, prepared->plan);
    files.projectHash = base::sha256(prepared->projectText);
    files.name = prepared->project.name;
    base::Result<std::unique_ptr<RunHost>> host = RunHost::open(options, files);
    if (!host)
        return host.error();
    return (*host)->finish(execute(*prepared, **host));
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

std::string commandLineOf(const RunOptions& options)
{
    std::string line
        = fmt::format("msrl-engine run {} --run {}", options.project.string(), options.run.string());
    if (options.seed)
        line += fmt::format(" --seed {}", *options.seed);
    for (const std::string& node : options.bypass)
        line += " --bypass " + node;
    if (!options.until.empty())
        line += " --until " + options.until;
    line += fmt::format(" --gate {} --device {}", options.gate, options.device);
    return line;
}

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
