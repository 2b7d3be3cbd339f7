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

// Adds a node of that type and returns its id ("rl", "rl_2", …). REQUIRES: a known type.
std::string addNode(models::ProjectDocument& document, const std::string& type, const QPointF& position);
// Why the edge is refused; empty: it was made.
QString connectPorts(models::ProjectDocument& document, const curriculum::Edge& edge);
void removeItems(models::ProjectDocument& document, const std::vector<std::string>& nodes,
    const std::vector<curriculum::Edge>& edges);
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
// A copy of the nodes and of the edges among them, moved a little; returns the new ids.
std::vector<std::string> duplicateNodes(
    models::ProjectDocument& document, const std::vector<std::string>& nodes);

// The nodes and the edges among them as the text of a project file, for the clipboard.
std::string copiedText(const models::ProjectDocument& document, const std::vector<std::string>& nodes);
// Adds what such a text holds, with fresh ids, its top left corner at `position`; returns the new ids. One
// undo. Refused as a whole: text that is no project, unknown stage types, edges that may not be.
base::Result<std::vector<std::string>> pasteText(
    models::ProjectDocument& document, const std::string& text, const QPointF& position);

} // namespace msrl::commands
