// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine status, pause, stop, checkpoint: questions to a running engine.
#include "core/base/clock.h"
#include "core/store/run_folder.h"
#include "core/store/run_state.h"
#include "engine/cli/command.h"
#include "engine/cli/control_notes.h"
#include "engine/control/control_client.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

base::Result<store::RunInfo> infoOf(const fs::path& run)
{
    const store::RunFolder folder(run);
    if (!folder.isRunFolder())
        return base::badInput("is not a run folder: it has no run.json", run.string());
    return folder.readInfo();
}

base::Result<protocol::Reply> ask(const fs::path& run, const protocol::RequestBody& body)
{
    base::Result<store::RunInfo> info = infoOf(run);
    if (!info)
        return info.error();
    if (!base::isAlive(info->process))
        return base::badInput(
            fmt::format("no engine is running it (last state: {})", store::runPhaseName(info->phase)),
            run.string(), store::isFinal(info->phase) ? "" : "msrl-engine resume goes on with it");
    base::Result<protocol::Reply> reply = control::request(info->socket, body);
    if (reply && !reply->ok)
        return base::failed(reply->error, run.string());
    return reply;
}

base::Status printStatus(const fs::path& run, bool json)
{
    base::Result<store::RunInfo> info = infoOf(run);
    if (!info)
        return info.error();
    const bool alive = base::isAlive(info->process);
    base::Json status = { { "run", info->runId }, { "name", info->name },
        { "phase", store::runPhaseName(info->phase) }, { "alive", alive }, { "pid", info->process.pid },
        { "error", info->error }, { "message", info->message } };
    if (info->exitCode)
        status["exit_code"] = *info->exitCode;
    if (info->signal)
        status["signal"] = *info->signal;
    if (alive) {
        const base::Result<protocol::Reply> reply = control::request(info->socket, protocol::GetStatus {});
        if (reply && reply->ok)
            status["engine"] = reply->result;
    } else if (!store::isFinal(info->phase)) {
        status["phase"] = "killed";
    }
    if (json) {
        print(status.dump(1) + "\n");
        return {};
    }
    print(fmt::format("{}  {}{}\n", info->name, status["phase"].get<std::string>(),
        alive ? fmt::format(" (pid {})", info->process.pid) : std::string()));
    if (status.contains("engine") && status["engine"].contains("progress")) {
        const base::Json& progress = status["engine"]["progress"];
        const double eta = progress.value("eta_s", -1.0);
        if (progress.value("total", 0) > 0)
            print(fmt::format("  {} {}/{}{}\n", progress.value("stage", ""), progress.value("step", 0),
                progress.value("total", 0),
                eta >= 0 ? ", " + base::durationText(eta) + " to go" : std::string()));
    }
    if (alive && info->phase == store::RunPhase::AwaitingAudit)
        print(fmt::format(
            "  {}: audit in msrl-studio, or msrl-engine audit {}\n", info->message, run.string()));
    const store::RunState state = store::deriveRunState(store::observe(*info));
    if (state.kind == store::RunStateKind::Killed)
        print("  " + state.detail + "\n");
    if (!info->error.empty())
        print("  " + info->error + "\n");
    return {};
}

void addRequest(CLI::App& app, Action& action, const char* name, const char* help, protocol::RequestBody body)
{
    CLI::App* command = app.add_subcommand(name, help);
    const auto run = std::make_shared<fs::path>();
    command->add_option("run", *run, "Folder of the run.")->required();
    command->callback([&action, run, body] {
        action = [run, body]() -> base::Status {
            const base::Result<protocol::Reply> reply = ask(*run, body);
            if (!reply)
                return reply.error();
            print(noteOf(*reply));
            return {};
        };
    });
}

void addStop(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("stop", "Stop a run after the present step, with a checkpoint.");
    const auto run = std::make_shared<fs::path>();
    const auto now = std::make_shared<bool>(false);
    command->add_option("run", *run, "Folder of the run.")->required();
    command->add_flag("--now", *now, "At once; the last checkpoint counts.");
    command->callback([&action, run, now] {
        action = [run, now]() -> base::Status {
            const base::Result<protocol::Reply> reply = ask(
                *run, protocol::Stop { *now ? protocol::StopMode::Now : protocol::StopMode::Checkpoint });
            if (!reply)
                return reply.error();
            return {};
        };
    });
}

} // namespace

std::string noteOf(const protocol::Reply& reply)
{
    const auto note = reply.result.find("note");
    return note != reply.result.end() && note->is_string() ? note->get<std::string>() + "\n" : std::string();
}

void addControlCommands(CLI::App& app, Action& action)
{
    CLI::App* status = app.add_subcommand("status", "Print what a run is doing.");
    const auto run = std::make_shared<fs::path>();
    const auto json = std::make_shared<bool>(false);
    status->add_option("run", *run, "Folder of the run.")->required();
    status->add_flag("--json", *json, "As JSON.");
    status->callback([&action, run, json] { action = [run, json] { return printStatus(*run, *json); }; });
    addRequest(app, action, "pause", "Pause a run between two steps.", protocol::Pause {});
    addRequest(
        app, action, "checkpoint", "Write a checkpoint after the present step.", protocol::Checkpoint {});
    addStop(app, action);
}

} // namespace msrl::cli
