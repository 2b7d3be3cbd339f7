// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/rows.h"

#include <array>

namespace msrl::store {

namespace {

constexpr std::array kStageStates { StageState::Queued, StageState::Running, StageState::AwaitingAudit,
    StageState::Done, StageState::Reused, StageState::Bypassed, StageState::Stopped, StageState::Failed };

} // namespace

const char* stageStateName(StageState state)
{
    switch (state) {
    case StageState::Queued:
        return "queued";
    case StageState::Running:
        return "running";
    case StageState::AwaitingAudit:
        return "awaiting-audit";
    case StageState::Done:
        return "done";
    case StageState::Reused:
        return "reused";
    case StageState::Bypassed:
        return "bypassed";
    case StageState::Stopped:
        return "stopped";
    case StageState::Failed:
        return "failed";
    }
    return "";
}

std::optional<StageState> stageStateFromName(const std::string& name)
{
    for (const StageState state : kStageStates) {
        if (name == stageStateName(state))
            return state;
    }
    return std::nullopt;
}

const char* eventLevelName(EventLevel level)
{
    switch (level) {
    case EventLevel::Debug:
        return "debug";
    case EventLevel::Info:
        return "info";
    case EventLevel::Warning:
        return "warning";
    case EventLevel::Error:
        return "error";
    }
    return "";
}

} // namespace msrl::store
