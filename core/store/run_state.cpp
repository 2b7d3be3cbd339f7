// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/run_state.h"

#include "core/store/process_end.h"

#include <fmt/format.h>

namespace msrl::store {

namespace {

RunStateKind kindOf(RunPhase phase)
{
    switch (phase) {
    case RunPhase::Starting:
        return RunStateKind::Starting;
    case RunPhase::Running:
        return RunStateKind::Running;
    case RunPhase::Paused:
        return RunStateKind::Paused;
    case RunPhase::AwaitingAudit:
        return RunStateKind::AwaitingAudit;
    case RunPhase::Stopping:
        return RunStateKind::Stopping;
    case RunPhase::Finished:
        return RunStateKind::Finished;
    case RunPhase::Stopped:
        return RunStateKind::StoppedByYou;
    case RunPhase::Failed:
        return RunStateKind::Failed;
    }
    return RunStateKind::Failed;
}

std::string failureText(const RunInfo& info)
{
    if (!info.error.empty() && info.exitCode)
        return fmt::format("{} (exit code {})", info.error, *info.exitCode);
    if (!info.error.empty())
        return info.error;
    return info.exitCode ? fmt::format("exit code {}", *info.exitCode) : std::string();
}

RunState afterDeath(const RunEvidence& evidence)
{
    const RunInfo& info = evidence.info;
    if (info.signal)
        return { RunStateKind::Killed,
            fmt::format("the engine (process {}) was {} signal {}; see engine.log, then resume from the last "
                        "checkpoint",
                info.process.pid, isCrash(*info.signal) ? "ended by a fault of its own," : "killed by",
                signalText(*info.signal)) };
    if (info.exitCode)
        return { RunStateKind::Killed,
            fmt::format("the engine (process {}) ended with exit code {} and without a word; see engine.log, "
                        "then resume from the last checkpoint",
                info.process.pid, *info.exitCode) };
    if (!evidence.sameBoot)
        return { RunStateKind::Killed,
            "the machine was restarted, or the run belongs to another machine; it can be "
            "resumed from its last checkpoint" };
    return { RunStateKind::Killed,
        fmt::format("the engine (process {}) ended without a word: killed, crashed or out of memory; see "
                    "engine.log, then resume from the last checkpoint",
            info.process.pid) };
}

} // namespace

const char* runStateTitle(RunStateKind kind)
{
    switch (kind) {
    case RunStateKind::Starting:
        return "Starting";
    case RunStateKind::Running:
        return "Running";
    case RunStateKind::Paused:
        return "Paused";
    case RunStateKind::AwaitingAudit:
        return "Awaiting audit";
    case RunStateKind::Stopping:
        return "Stopping";
    case RunStateKind::Finished:
        return "Finished";
    case RunStateKind::StoppedByYou:
        return "Stopped by you";
    case RunStateKind::Failed:
        return "Failed";
    case RunStateKind::LostContact:
        return "Lost contact";
    case RunStateKind::Killed:
        return "Killed";
    }
    return "";
}

bool isOver(RunStateKind kind)
{
    return kind == RunStateKind::Finished || kind == RunStateKind::StoppedByYou
        || kind == RunStateKind::Failed || kind == RunStateKind::Killed;
}

RunState deriveRunState(const RunEvidence& evidence)
{
    const RunInfo& info = evidence.info;
    // The engine writes its last word just before it ends, so it counts whether the process is already gone
    // or not.
    if (isFinal(info.phase))
        return { kindOf(info.phase), info.phase == RunPhase::Finished ? std::string() : failureText(info) };
    if (!evidence.processAlive)
        return afterDeath(evidence);
    if (evidence.silentSeconds >= kLostContactSeconds)
        return { RunStateKind::LostContact,
            fmt::format("process {} is alive and has not answered for {:.0f} s", info.process.pid,
                evidence.silentSeconds) };
    return { kindOf(evidence.socketPhase.value_or(info.phase)), {} };
}

RunEvidence observe(const RunInfo& info)
{
    RunEvidence evidence;
    evidence.info = info;
    evidence.processAlive = base::isAlive(info.process);
    evidence.sameBoot = info.process.bootId == base::currentProcess().bootId;
    return evidence;
}

} // namespace msrl::store
