// SPDX-License-Identifier: GPL-3.0-or-later
// The edits that a person makes, as one call each: they build the command and push it.
#pragma once

#include "app/commands/value_commands.h"
#include "core/base/result.h"

#include <QPointF>
#include <QString>

#include <string>
#include <utility>
#include <vector>

namespace msrl::commands {

// The ids of what was copied.
struct Copies
{
    std::vector<std::string> nodes;
    std::vector<std::string> frames;
};

// Adds a node of that type and returns its id ("rl", "rl_2", …). REQUIRES: a known type.
std::string addNode(models::ProjectDocument& document, const std::string& type, const QPointF& position);
// Why the edge is refused; empty: it was made.
QString connectPorts(models::ProjectDocument& document, const curriculum::Edge& edge);
// The edge with another target, in one undo; what the file says about it stays. Why it is refused; empty:
// done.
QString reconnect(
    models::ProjectDocument& document, const curriculum::Edge& edge, const curriculum::Edge& instead);
void removeItems(models::ProjectDocument& document, const std::vector<std::string>& nodes,
    const std::vector<curriculum::Edge>& edges, const std::vector<std::string>& frames = {});
void setField(models::ProjectDocument& document, const std::string& node, const std::string& field,
    const std::optional<base::Json>& value, Gesture gesture = 0);
void moveNodes(models::ProjectDocument& document,
    const std::vector<std::pair<std::string, QPointF>>& positions, Gesture gesture = 0);
void renameNode(models::ProjectDocument& document, const std::string& node, const std::string& title);
void setComment(models::ProjectDocument& document, const std::string& node, const std::string& comment);
// The parameters of `like`, a node of the same type; its title and comment too where the node has none. One
// undo. REQUIRES: the node exists.
void takeValues(models::ProjectDocument& document, const std::string& node, const curriculum::Node& like);
// All of them, or none of them when all are already.
void toggleBypassed(models::ProjectDocument& document, const std::vector<std::string>& nodes);
void toggleFrozen(models::ProjectDocument& document, const std::vector<std::string>& nodes);
// A copy of the nodes, of the edges among them and of the frames, moved a little.
Copies duplicateItems(models::ProjectDocument& document, const std::vector<std::string>& nodes,
    const std::vector<std::string>& frames = {});

// The nodes, the edges among them and the frames as the text of a project file, for the clipboard.
std::string copiedText(const models::ProjectDocument& document, const std::vector<std::string>& nodes,
    const std::vector<std::string>& frames = {});
// Adds what such a text holds, with fresh ids, its top left corner at `position`. One undo. Refused as a
// whole: text that is no project, unknown stage types, edges that may not be.
base::Result<Copies> pasteText(
    models::ProjectDocument& document, const std::string& text, const QPointF& position);

} // namespace msrl::commands
