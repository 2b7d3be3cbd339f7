// SPDX-License-Identifier: GPL-3.0-or-later
// The open project as the values that canvas and form show.
#pragma once

#include "app/models/node_status.h"
#include "core/curriculum/project.h"
#include "core/curriculum/validate.h"
#include "widgets/form/form_types.h"
#include "widgets/graph/graph_types.h"

#include <map>

namespace msrl::pages {

using NodeStatuses = std::map<std::string, models::NodeStatus>;

QVector<widgets::GraphNode> graphNodes(const curriculum::Project& project, const NodeStatuses& statuses);
// Replay edges carry their ratio and share.
QVector<widgets::GraphEdge> graphEdges(const curriculum::Project& project);
QVector<widgets::GraphFrame> graphFrames(const curriculum::Project& project);
curriculum::Edge toEdge(const widgets::EdgeId& id);

// Every field of the node's type, with the faults that belong to it.
QVector<widgets::FormField> formFields(
    const curriculum::Node& node, const std::vector<curriculum::Problem>& problems);
base::Json toJson(const QVariant& value);

} // namespace msrl::pages
