// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine: trains, samples, distils and evaluates without a window.
#include "core/base/version.h"
#include "core/parquet/parquet_rows.h"
#include "engine/cli/command.h"
#include "engine/cli/help_page.h"
#include "engine/cli/mirror_command.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <string>

namespace {

constexpr const char* kFooter
    = "Exit codes: 0 done, 2 bad input (nothing was written), 3 stopped on request, 4 failed.";

// An error without words was told by another process.
int fail(const msrl::base::Error& error)
{
    if (error.what.empty())
        return static_cast<int>(error.code);
    const std::string line = "msrl-engine: " + error.message() + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
    return static_cast<int>(error.code);
}

// CLI11 would only say that a command is missing.
msrl::base::Status checkCommand(const CLI::App& app, const std::string& first)
{
    if (app.get_option_no_throw(first))
        return {};
    std::string alike;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (command->get_name() == first)
            return {};
        if (command->get_name().substr(0, 2) == first.substr(0, 2))
            alike += (alike.empty() ? "" : ", ") + command->get_name();
    }
    const std::string what = first.starts_with("-") ? "is no option" : "is no command";
    return msrl::base::badInput(
        "'" + first + "' " + what, {}, alike.empty() ? "see msrl-engine --help" : "there is: " + alike);
}

// Of the command that was given: its page has the option.
std::string helpOf(const CLI::App& app)
{
    std::string call = app.get_name();
    const CLI::App* inner = &app;
    for (auto chosen = inner->get_subcommands(); !chosen.empty(); chosen = inner->get_subcommands()) {
        inner = chosen.front();
        call += " " + inner->get_name();
    }
    return "see " + call + " --help";
}

// What nobody takes is told before what is missing, which it often is with a letter too few.
msrl::base::Error parseFault(const CLI::App& app, const CLI::ParseError& fault)
{
    for (const std::string& one : app.remaining(true)) {
        if (one.size() > 1 && one.front() == '-')
            return msrl::base::badInput("'" + one + "' is no option of this command", {}, helpOf(app));
    }
    if (const auto rest = app.remaining(true); !rest.empty())
        return msrl::base::badInput("'" + rest.front() + "' is more than the command takes", {}, helpOf(app));
    return msrl::base::badInput(fault.what(), {}, helpOf(app));
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app(
        "MSRL engine: multi-stage reinforcement learning for multimodal reward models.", "msrl-engine");
    app.set_version_flag("--version", std::string("msrl-engine ") + msrl::base::kVersion);
    app.require_subcommand(1);
    app.footer(kFooter);
    app.formatter(msrl::cli::helpPage());
    msrl::parquet::registerParquet();
    msrl::cli::Action action;
    msrl::cli::addDemoCommands(app, action);
    msrl::cli::addNewCommand(app, action);
    msrl::cli::addRunCommands(app, action);
    msrl::cli::addLaunchCommand(app, action);
    msrl::cli::addControlCommands(app, action);
    msrl::cli::addDistillCommand(app, action);
    msrl::cli::addAuditCommand(app, action);
    msrl::cli::addSweepCommand(app, action);
    msrl::cli::addReportCommand(app, action);
    msrl::cli::addTailCommand(app, action);
    msrl::cli::addMirrorCommand(app, action);
    msrl::cli::addExportRunCommand(app, action);
    msrl::cli::addDescribeCommand(app, action);
    msrl::cli::addDataCommands(app, action);
    msrl::cli::addDebugCommands(app, action);
    msrl::cli::addBenchCommand(app, action);
    msrl::cli::addEvaluateCommand(app, action);
    msrl::cli::addScoreCommands(app, action);
    msrl::cli::addServeCommand(app, action);
    msrl::cli::addTokenizeCommand(app, action);
    msrl::cli::addConvertCommand(app, action);
    msrl::cli::addInspectCommand(app, action);
    msrl::cli::addPreprocessCommand(app, action);
    msrl::cli::addPreviewCommand(app, action);
    msrl::cli::addPicturesCommand(app, action);
    if (argc > 1) {
        if (const msrl::base::Status known = checkCommand(app, argv[1]); !known)
            return fail(known.error());
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp& e) {
        return app.exit(e);
    } catch (const CLI::CallForVersion& e) {
        return app.exit(e);
    } catch (const CLI::ParseError& e) {
        return fail(parseFault(app, e));
    }
    try {
        if (const msrl::base::Status done = action(); !done)
            return fail(done.error());
    } catch (const std::exception& e) {
        return fail(msrl::base::failed(e.what()));
    }
    return 0;
}
