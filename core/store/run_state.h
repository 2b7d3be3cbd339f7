// SPDX-License-Identifier: GPL-3.0-or-later
// What a run is doing, told from evidence (run.json, the operating system, the control socket), never from
// what was last asked of it.
#pragma once

#include "core/store/run_folder.h"

#include <optional>
#include <string>

namespace msrl::store {

enum class RunStateKind {
    Starting,
    Running,
    Paused,
    AwaitingAudit,
    Stopping,
    Finished,
    StoppedByYou,
    Failed, // the engine said so
    LostContact, // the process lives and does not answer
    Killed, // the process is gone and had not said good-bye
};

// "Running", "Stopped by you", "Lost contact"
const char* runStateTitle(RunStateKind kind);
// The engine has ended.
bool isOver(RunStateKind kind);

struct RunState
{
    RunStateKind kind = RunStateKind::Starting;
    std::string detail; // one sentence for people; may be empty

    bool operator==(const RunState&) const = default;
};

struct RunEvidence
{
    RunInfo info;
    bool processAlive = false;
    bool sameBoot = true; // the process was started since this machine's last start
    std::optional<RunPhase> socketPhase; // what the engine last said on the socket
    double silentSeconds = 0; // since its last sign of life on a socket that should answer; 0 when unknown
};

inline constexpr double kLostContactSeconds = 10;

RunState deriveRunState(const RunEvidence& evidence);
// Collects what this machine knows; the caller adds the socket's part.
RunEvidence observe(const RunInfo& info);

} // namespace msrl::store
