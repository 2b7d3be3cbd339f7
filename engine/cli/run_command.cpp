// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine run and resume.
#include "core/store/run_folder.h"
#include "engine/cli/command.h"
#include "engine/cli/control_notes.h"
#include "engine/cli/detach.h"
#include "engine/cli/launcher.h"
#include "engine/cli/rank_options.h"
#include "engine/cli/run_options.h"
#include "engine/control/control_client.h"
#include "engine/parallel/join.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

base::Status runOrLaunch(RunOptions& options)
{
    std::vector<std::string> arguments = runArguments(options);
    if (base::Status fine = checkRanks(options); !fine)
        return fine;
    if (options.detached) {
        const base::Result<ProcessSide> side = startDetached(store::RunFolder(options.run));
        if (!side || *side == ProcessSide::Caller)
            return side ? base::Status() : base::Status(side.error());
    }
    if (needsLauncher(options))
        return launchRanks(options, arguments);
    arguments.insert(arguments.begin(), "msrl-engine");
    options.commandLine = shellLine(arguments);
    return runCurriculum(options);
}

// What `resume` changes of how the run was started.
struct ResumeOptions
{
    fs::path run;
    RunOptions ranks; // only what addRankOptions() adds
    bool otherRanks = false;
    bool detached = false;
};

base::Status resumeRun(const ResumeOptions& asked)
{
    base::Result<RunOptions> options = readOptions(asked.run);
    if (!options)
        return options.error();
    base::Result<store::RunInfo> info = store::RunFolder(asked.run).readInfo();
    if (!info)
        return info.error();
    const bool oneOfSeveral = parallel::ranksOfLauncher() > 1; // the lead may just have begun
    if (!oneOfSeveral && base::isAlive(info->process)) { // paused, then: its engine only has to go on
        const base::Result<protocol::Reply> reply = control::request(info->socket, protocol::Resume {});
        if (!reply)
            return reply.error();
        print(noteOf(*reply));
        return {};
    }
    if (asked.otherRanks) {
        options->ranks = asked.ranks.ranks;
        options->launcher = asked.ranks.launcher;
        options->hosts = asked.ranks.hosts;
    } else if (oneOfSeveral) {
        options->ranks = 1; // as many as the launcher says
    }
    options->detached = asked.detached;
    std::vector<std::string> arguments { "resume", asked.run.string() };
    if (asked.detached)
        arguments.push_back("--detached");
    if (base::Status fine = checkRanks(*options); !fine)
        return fine;
    if (options->detached) {
        const base::Result<ProcessSide> side = startDetached(store::RunFolder(options->run));
        if (!side || *side == ProcessSide::Caller)
            return side ? base::Status() : base::Status(side.error());
    }
    if (needsLauncher(*options))
        return launchRanks(*options, arguments);
    options->commandLine = "msrl-engine " + shellLine(arguments);
    return runCurriculum(*options);
}

void addRun(CLI::App& app, Action& action)
{
    CLI::App* command
        = app.add_subcommand("run", "Run a project; what is unchanged since the last run is not redone.");
    const auto options = std::make_shared<RunOptions>();
    addProjectOptions(*command, *options);
    addRankOptions(*command, *options);
    command->add_flag("--detached", options->detached,
        "In a session of its own, output in RUN/engine.log: the command ends when the run has begun, and "
        "says "
        "how to follow it.");
    command->callback([&action, options] { action = [options] { return runOrLaunch(*options); }; });
}

void addResume(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("resume",
        "Go on with a run that is paused, or was stopped, killed or has failed; on as many ranks as "
        "before, or others.");
    const auto options = std::make_shared<ResumeOptions>();
    command->add_option("run", options->run, "Folder of the run.")->required();
    addRankOptions(*command, options->ranks);
    command->add_flag("--detached", options->detached,
        "In a session of its own, output in RUN/engine.log: the command ends when the run has begun, and "
        "says "
        "how to follow it.");
    command->callback([&action, options, command] {
        options->otherRanks = command->count("--ranks") > 0;
        action = [options] { return resumeRun(*options); };
    });
}

} // namespace

void addRunCommands(CLI::App& app, Action& action)
{
    addRun(app, action);
    addResume(app, action);
}

} // namespace msrl::cli
