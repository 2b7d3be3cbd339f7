// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine sweep: a group of runs, and its table.
#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/groups/configurations.h"
#include "core/groups/early_stop.h"
#include "core/groups/study_plot.h"
#include "core/groups/tables.h"
#include "engine/cli/checks.h"
#include "engine/cli/command.h"
#include "engine/cli/detach.h"
#include "engine/cli/output_file.h"
#include "engine/cli/sweep_runner.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

struct SweepArguments
{
    fs::path project; // empty: go on with the group as it is
    fs::path group;
    fs::path report; // instead of a group to run
    groups::GroupRequest request;
    std::string gate = "project";
    std::string until;
    std::string device = "cpu";
    std::optional<int> threads; // nothing: as the group was made
    std::optional<double> earlyStop;
    bool noEarlyStop = false; // also against what the group says
    SweepOptions options;
    std::string after;
    fs::path svg;
    groups::PlotRequest plot;
    bool byTask = false;
    bool json = false;
    bool markdown = false;
    bool latex = false;
    bool csv = false;
};

base::Result<groups::RunGroup> extendedGroup(
    const SweepArguments& arguments, const groups::GroupFolder& folder)
{
    if (arguments.project.empty()) {
        if (!folder.isGroup())
            return base::badInput(
                "PROJECT is missing, and there is no group to go on with", folder.root().string());
        base::Result<groups::RunGroup> present = folder.read();
        if (present && (arguments.earlyStop || arguments.noEarlyStop))
            present->earlyStop = arguments.earlyStop;
        return present;
    }
    base::Result<curriculum::Project> project = curriculum::loadProject(arguments.project);
    if (!project)
        return project.error();
    base::Result<groups::RunGroup> group = groups::makeGroup(*project, arguments.request);
    if (!group)
        return base::within(group.error(), arguments.project.string());
    base::Result<std::string> hash = base::sha256OfFile(arguments.project);
    if (!hash)
        return hash.error();
    group->project = fs::absolute(arguments.project).lexically_normal();
    group->projectHash = *std::move(hash);
    group->gate = arguments.gate;
    group->until = arguments.until;
    group->device = arguments.device;
    group->earlyStop = arguments.earlyStop;
    if (!folder.isGroup())
        return group;
    base::Result<groups::RunGroup> present = folder.read();
    if (!present)
        return present.error();
    return groups::extended(*std::move(present), *group);
}

// The group as the arguments describe it, with what the folder holds already.
base::Result<groups::RunGroup> groupOf(const SweepArguments& arguments, const groups::GroupFolder& folder)
{
    base::Result<groups::RunGroup> group = extendedGroup(arguments, folder);
    if (group && arguments.threads)
        group->threads = *arguments.threads;
    return group;
}

base::Status checkUnchanged(const groups::RunGroup& group)
{
    const base::Result<std::string> hash = base::sha256OfFile(group.project);
    if (!hash)
        return hash.error();
    if (*hash != group.projectHash)
        return base::badInput("the project has changed since the group was made", group.project.string(),
            "bring it back, or name another --group folder");
    return {};
}

base::Status writePlot(
    const SweepArguments& arguments, const groups::RunGroup& group, const groups::GroupSummary& summary)
{
    groups::PlotRequest request = arguments.plot;
    if (request.y.empty())
        request.y = groups::mainMeasure(summary);
    const base::Result<groups::Plot> plot = groups::studyPlot(group, summary, request);
    if (!plot)
        return plot.error();
    return base::writeFileAtomically(arguments.svg, groups::plotToSvg(*plot));
}

base::Status report(const SweepArguments& arguments, const groups::GroupFolder& folder)
{
    if (base::Status fine = checkOutputFile(arguments.svg); !fine)
        return fine;
    const base::Result<groups::RunGroup> group = folder.read();
    if (!group)
        return group.error();
    base::Result<std::vector<groups::MemberResult>> members = groups::readMembers(folder, *group);
    if (!members)
        return members.error();
    const base::Result<groups::GroupSummary> summary
        = groups::summarise(*group, *std::move(members), arguments.after);
    if (!summary)
        return summary.error();
    if (!arguments.svg.empty()) {
        if (base::Status written = writePlot(arguments, *group, *summary); !written)
            return written;
    }
    const groups::Table table = groups::tableOf(
        *summary, arguments.byTask ? groups::TableColumns::ByTask : groups::TableColumns::Main);
    print(arguments.json         ? groups::summaryToJson(*summary).dump(1) + "\n"
            : arguments.csv      ? groups::csvTable(*summary)
            : arguments.latex    ? groups::latexTable(table)
            : arguments.markdown ? groups::markdownTable(table)
                                 : groups::textTable(table));
    return {};
}

// As a person would type it.
std::string commandLineOf(const SweepArguments& arguments, const groups::RunGroup& group)
{
    std::string line = "msrl-engine sweep";
    if (!arguments.project.empty())
        line += " " + arguments.project.string();
    line += " --group " + arguments.group.string();
    const groups::GroupRequest& request = arguments.request;
    if (!request.seeds.empty())
        line += fmt::format(" --seeds {}", fmt::join(request.seeds, ","));
    if (!request.ablations.empty())
        line += fmt::format(" --ablations {}", fmt::join(request.ablations, ","));
    for (const std::string& one : request.set)
        line += " --set " + one;
    if (!group.until.empty())
        line += " --until " + group.until;
    if (group.earlyStop)
        line += fmt::format(" --early-stop {}", *group.earlyStop);
    if (arguments.noEarlyStop)
        line += " --no-early-stop";
    if (group.threads > 0)
        line += fmt::format(" --threads {}", group.threads);
    return line + fmt::format(" --gate {} --device {}", group.gate, group.device);
}

base::Status sweep(SweepArguments& arguments)
{
    if (arguments.report.empty() == arguments.group.empty())
        return base::badInput("give either --group DIR to run a group, or --report DIR to read one");
    if (!arguments.report.empty()) {
        if (!arguments.project.empty())
            return base::badInput("--report takes no project: the group knows its own");
        return report(arguments, groups::GroupFolder(arguments.report));
    }
    const groups::GroupFolder folder(fs::absolute(arguments.group).lexically_normal());
    const base::Result<groups::RunGroup> group = groupOf(arguments, folder);
    if (!group)
        return group.error();
    if (base::Status same = checkUnchanged(*group); !same)
        return same;
    arguments.options.threads = group->threads;
    arguments.options.commandLine = commandLineOf(arguments, *group);
    // Standard output belongs to the result alone where a program reads it.
    arguments.options.console = arguments.json ? stderr : stdout;
    if (arguments.options.detached) {
        const base::Result<ProcessSide> side = startDetached(store::RunFolder(folder.process()));
        if (!side || *side == ProcessSide::Caller)
            return side ? base::Status() : base::Status(side.error());
    }
    if (base::Status ran = runGroup(folder, *group, arguments.options); !ran)
        return ran;
    return report(arguments, folder);
}

void addEarlyStopOptions(CLI::App& command, SweepArguments& arguments)
{
    CLI::Option* early = command.add_option("--early-stop", arguments.earlyStop,
        fmt::format("Give a member up when, after a stage, its accuracy on the kind of data that the stage "
                    "trains on is more than this below the best finished member's of the same seed, and "
                    "their 95 % intervals do not meet; {} is a good start. Without it nobody is given up.",
            groups::kEarlyStopMargin));
    early->check(numberBetween(0, 1));
    command
        .add_flag("--no-early-stop", arguments.noEarlyStop,
            "Run members that were given up to their end after all.")
        ->excludes(early);
}

void addRunOptions(CLI::App& command, SweepArguments& arguments)
{
    CLI::Option* project = command.add_option("project", arguments.project,
        "Project file (*.msrl); without it the group in --group goes on as it is.");
    command.add_option("--group", arguments.group,
        "Folder of the group; made when absent, extended by what is new when present.");
    command.add_option("--seeds", arguments.request.seeds, "In place of the project's seed: 1,2,3.")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->needs(project);
    command
        .add_option("--ablations", arguments.request.ablations,
            "Nodes to leave out, each in a configuration of its own; A+B leaves out two at once; paper: the "
            "four "
            "rows of the paper's table.")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->needs(project);
    command
        .add_option("--set", arguments.request.set,
            "NODE.PARAM=V1,V2,…: a configuration per value; given several times, per combination. One value "
            "alone holds in every configuration.")
        ->expected(1)
        ->take_all()
        ->needs(project);
    command
        .add_option("--until", arguments.until,
            "Run only this node, what it needs, and the evaluations of the policies on the way.")
        ->needs(project);
    command
        .add_option("--gate", arguments.gate,
            "auto: thresholds decide. wait: an auditor does, in every member. project: as it says.")
        ->check(CLI::IsMember({ "project", "auto", "wait" }))
        ->capture_default_str()
        ->needs(project);
    command.add_option("--device", arguments.device, "Where to compute: cpu, cuda or cuda:N.")
        ->capture_default_str()
        ->needs(project);
    command
        .add_option("--threads", arguments.threads,
            "Workers of a small model, threads of one operation of a larger one; 0 takes all processors. "
            "Without it a group goes on with as many as before.")
        ->check(wholeFrom(0));
    command.add_flag("--detached", arguments.options.detached,
        "In a session of its own, output in DIR/sweep/engine.log: the command ends when the group has "
        "begun.");
}

void addReportOptions(CLI::App& command, SweepArguments& arguments)
{
    command.add_option("--report", arguments.report, "Only print the table of the group in this folder.");
    command.add_option("--after", arguments.after,
        "Figures of this node's policy; else of the last policy that a member evaluated.");
    command.add_flag("--by-task", arguments.byTask,
        "The accuracy of each task of each held-out set in place of the main figures.");
    CLI::Option_group* format = command.add_option_group("format");
    format->add_flag("--json", arguments.json, "Everything as JSON; progress goes to standard error.");
    format->add_flag("--markdown", arguments.markdown, "The table as Markdown.");
    format->add_flag("--latex", arguments.latex, "The table as LaTeX.");
    format->add_flag("--csv", arguments.csv, "Every measure in full precision.");
    format->require_option(0, 1);
    CLI::Option* svg = command.add_option("--svg", arguments.svg, "Also draw a plot into this file.");
    command
        .add_option(
            "--y", arguments.plot.y, "Measure on the plot's upright axis: pixels.accuracy, text.retention, …")
        ->needs(svg);
    command
        .add_option("--x", arguments.plot.x, "Measure on the other axis; else the parameter that was varied.")
        ->needs(svg);
}

} // namespace

void addSweepCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("sweep",
        "Run a project in several configurations and with several seeds; what they share is made once.");
    const auto arguments = std::make_shared<SweepArguments>();
    addRunOptions(*command, *arguments);
    addEarlyStopOptions(*command, *arguments);
    addReportOptions(*command, *arguments);
    command->callback([&action, arguments] { action = [arguments] { return sweep(*arguments); }; });
}

} // namespace msrl::cli
