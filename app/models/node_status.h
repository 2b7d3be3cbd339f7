// SPDX-License-Identifier: GPL-3.0-or-later
// What each node of the open project is, told from its problems and from the selected run.
#pragma once

#include "core/curriculum/project.h"
#include "core/curriculum/validate.h"
#include "core/store/rows.h"

#include <QStringList>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace msrl::models {

enum class NodeCondition {
    NotConfigured,
    Ready,
    Queued,
    Running,
    AwaitingAudit,
    Done,
    Reused,
    Stale, // it ran, and something that its result depends on was changed since
    Stopped,
    Failed,
    Bypassed,
};

struct NodeStatus
{
    NodeCondition condition = NodeCondition::Ready;
    std::int64_t step = 0; // of the row that runs
    std::int64_t total = 0; // 0: unknown
    std::string message;
    std::string address; // of the result that the run made or found
    int numErrors = 0;
    QStringList faults = {}; // its errors: "Steps: 0 is out of range"

    bool operator==(const NodeStatus&) const = default;
};

struct RunOfProject
{
    std::vector<store::StageRow> stages;
    // The project as it was run; absent while the file cannot be read: nothing is called stale then.
    std::optional<curriculum::Project> project;
};

// By node id, for every node of `project`. Staleness compares parameters and wiring, not file contents: those
// are the engine's to hash.
std::map<std::string, NodeStatus> nodeStatuses(const curriculum::Project& project,
    const std::vector<curriculum::Problem>& problems, const std::optional<RunOfProject>& run);

} // namespace msrl::models
