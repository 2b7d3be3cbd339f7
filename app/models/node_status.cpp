// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/node_status.h"

#include "app/models/table_text.h"
#include "core/curriculum/plan.h"

#include <algorithm>

namespace msrl::models {

namespace {

using Addresses = std::map<std::string, std::string>; // step id -> address

// Addresses in which a file stands for itself: equal addresses mean equal parameters, wiring and file names.
Addresses addressesOf(const curriculum::Project& project)
{
    curriculum::PlanOptions options;
    options.seed = project.seed;
    options.hashContent
        = [](curriculum::FieldContent, const curriculum::PlanContent& content) -> base::Result<std::string> {
        return content.value;
    };
    Addresses addresses;
    if (const base::Result<curriculum::Plan> plan = curriculum::makePlan(project, options))
        for (const curriculum::PlanStep& step : plan->steps)
            addresses[step.id] = step.hash;
    return addresses;
}

NodeCondition conditionOf(store::StageState state)
{
    switch (state) {
    case store::StageState::Queued:
        return NodeCondition::Queued;
    case store::StageState::Running:
        return NodeCondition::Running;
    case store::StageState::AwaitingAudit:
        return NodeCondition::AwaitingAudit;
    case store::StageState::Done:
        return NodeCondition::Done;
    case store::StageState::Reused:
        return NodeCondition::Reused;
    case store::StageState::Bypassed:
        return NodeCondition::Bypassed;
    case store::StageState::Stopped:
        return NodeCondition::Stopped;
    case store::StageState::Failed:
        return NodeCondition::Failed;
    }
    return NodeCondition::Ready;
}

// An evaluate node has several rows: the one that needs attention first speaks for all of them.
int urgency(NodeCondition condition)
{
    switch (condition) {
    case NodeCondition::Failed:
        return 9;
    case NodeCondition::Running:
        return 8;
    case NodeCondition::AwaitingAudit:
        return 7;
    case NodeCondition::Stopped:
        return 6;
    case NodeCondition::Queued:
        return 5;
    case NodeCondition::Stale:
        return 4;
    case NodeCondition::Done:
        return 3;
    case NodeCondition::Reused:
        return 2;
    case NodeCondition::NotConfigured:
    case NodeCondition::Ready:
    case NodeCondition::Bypassed:
        break;
    }
    return 0;
}

QString faultText(const curriculum::Project& project, const curriculum::Problem& problem)
{
    const QString text = QString::fromStdString(problem.text);
    const curriculum::Node* node = project.node(problem.nodeId);
    const curriculum::NodeTypeSpec* spec = node ? curriculum::findNodeType(node->type) : nullptr;
    const curriculum::FieldSpec* field = spec ? spec->field(problem.field) : nullptr;
    return field ? QStringLiteral("%1: %2").arg(tableText(field->label), text) : text;
}

bool hasEnded(NodeCondition condition)
{
    return condition == NodeCondition::Done || condition == NodeCondition::Reused;
}

} // namespace

std::map<std::string, NodeStatus> nodeStatuses(const curriculum::Project& project,
    const std::vector<curriculum::Problem>& problems, const std::optional<RunOfProject>& run)
{
    std::map<std::string, NodeStatus> all;
    for (const curriculum::Node& node : project.nodes)
        all[node.id] = {};
    const bool compares = run && run->project;
    const Addresses now = compares ? addressesOf(project) : Addresses {};
    const Addresses then = compares ? addressesOf(*run->project) : Addresses {};
    const auto isStale = [&](const std::string& step) {
        const auto a = now.find(step);
        const auto b = then.find(step);
        return compares && (a == now.end() || b == then.end() || a->second != b->second);
    };
    for (const store::StageRow& row : run ? run->stages : std::vector<store::StageRow> {}) {
        const auto found = all.find(row.nodeId);
        if (found == all.end())
            continue;
        NodeCondition condition = conditionOf(row.state);
        if (hasEnded(condition) && isStale(row.stage))
            condition = NodeCondition::Stale;
        if (urgency(condition) > urgency(found->second.condition))
            found->second = { condition, row.step, row.total, row.message, row.hash, 0 };
    }
    for (const curriculum::Problem& problem : problems) {
        const auto found = all.find(problem.nodeId);
        if (found == all.end() || problem.severity != curriculum::Severity::Error)
            continue;
        ++found->second.numErrors;
        found->second.faults << faultText(project, problem);
    }
    for (const curriculum::Node& node : project.nodes) {
        NodeStatus& status = all[node.id];
        if (node.bypassed)
            status.condition = NodeCondition::Bypassed;
        else if (status.numErrors > 0 && status.condition != NodeCondition::Running)
            status.condition = NodeCondition::NotConfigured;
    }
    return all;
}

} // namespace msrl::models
