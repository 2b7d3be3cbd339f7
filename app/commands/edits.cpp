// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/edits.h"

#include "app/commands/edit_parts.h"
#include "app/commands/graph_commands.h"
#include "app/models/table_text.h"

#include <algorithm>

namespace msrl::commands {

std::vector<curriculum::Node> nodesOf(
    const models::ProjectDocument& document, const std::vector<std::string>& ids)
{
    std::vector<curriculum::Node> nodes;
    for (const std::string& id : ids)
        if (const curriculum::Node* node = document.project().node(id))
            nodes.push_back(*node);
    return nodes;
}

namespace {

void toggle(models::ProjectDocument& document, const std::vector<std::string>& ids,
    bool curriculum::Node::*flag, const QString& on, const QString& off)
{
    std::vector<curriculum::Node> nodes = nodesOf(document, ids);
    if (nodes.empty())
        return;
    const bool allOn
        = std::all_of(nodes.begin(), nodes.end(), [&](const curriculum::Node& n) { return n.*flag; });
    for (curriculum::Node& node : nodes)
        node.*flag = !allOn;
    push<SetFaces>(document, Faces { nodes, {} }, allOn ? off : on);
}

} // namespace

std::string addNode(models::ProjectDocument& document, const std::string& type, const QPointF& position)
{
    curriculum::Node node;
    node.id = freshId(type, [&](const std::string& id) { return document.project().node(id) != nullptr; });
    node.type = type;
    node.x = position.x();
    node.y = position.y();
    push<AddNode>(document, node);
    return node.id;
}

QString connectPorts(models::ProjectDocument& document, const curriculum::Edge& edge)
{
    if (const auto refused = curriculum::refuseEdge(document.project(), edge))
        return QString::fromStdString(*refused);
    push<Connect>(document, edge);
    return {};
}

QString reconnect(
    models::ProjectDocument& document, const curriculum::Edge& edge, const curriculum::Edge& instead)
{
    curriculum::Edge moved = instead;
    for (const curriculum::Edge& one : document.project().edges)
        if (one.joinsAs(edge))
            moved.extra = one.extra;
    if (const auto refused = curriculum::refuseEdge(document.project(), moved, &edge))
        return QString::fromStdString(*refused);
    document.undoStack().beginMacro(Words::tr("reconnect"));
    push<Remove>(document, Removal { {}, { edge }, {} });
    push<Connect>(document, moved);
    document.undoStack().endMacro();
    return {};
}

void removeItems(models::ProjectDocument& document, const std::vector<std::string>& nodes,
    const std::vector<curriculum::Edge>& edges, const std::vector<std::string>& frames)
{
    if (!nodes.empty() || !edges.empty() || !frames.empty())
        push<Remove>(document, Removal { nodes, edges, frames });
}

void setField(models::ProjectDocument& document, const std::string& node, const std::string& field,
    const std::optional<base::Json>& value, Gesture gesture)
{
    push<SetField>(document, node, field, value, gesture);
}

void moveNodes(models::ProjectDocument& document,
    const std::vector<std::pair<std::string, QPointF>>& positions, Gesture gesture)
{
    std::vector<curriculum::Node> nodes;
    for (const auto& [id, position] : positions) {
        if (const curriculum::Node* node = document.project().node(id)) {
            nodes.push_back(*node);
            nodes.back().x = position.x();
            nodes.back().y = position.y();
        }
    }
    if (nodes.empty())
        return;
    const QString what
        = nodes.size() == 1 ? models::stageTitle(nodes.front()) : Words::tr("%1 stages").arg(nodes.size());
    push<SetFaces>(document, Faces { nodes, {} }, Words::tr("move %1").arg(what), gesture);
}

void renameNode(models::ProjectDocument& document, const std::string& node, const std::string& title)
{
    std::vector<curriculum::Node> nodes = nodesOf(document, { node });
    if (nodes.empty() || nodes.front().title == title)
        return;
    nodes.front().title = title;
    push<SetFaces>(document, Faces { nodes, {} }, Words::tr("rename %1").arg(QString::fromStdString(node)));
}

void setComment(models::ProjectDocument& document, const std::string& node, const std::string& comment)
{
    std::vector<curriculum::Node> nodes = nodesOf(document, { node });
    if (nodes.empty() || nodes.front().comment == comment)
        return;
    nodes.front().comment = comment;
    push<SetFaces>(
        document, Faces { nodes, {} }, Words::tr("comment on %1").arg(QString::fromStdString(node)));
}

void takeValues(models::ProjectDocument& document, const std::string& node, const curriculum::Node& like)
{
    const curriculum::Node before = *document.project().node(node);
    const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(before.type);
    if (!spec || before.type != like.type)
        return;
    document.undoStack().beginMacro(
        Words::tr("take the values of %1").arg(QString::fromStdString(like.title)));
    const models::ProjectDocument::Batch batch(document);
    for (const curriculum::FieldSpec& field : spec->fields)
        if (curriculum::fieldValue(before, field.name) != curriculum::fieldValue(like, field.name))
            setField(document, node, field.name, curriculum::fieldValue(like, field.name));
    if (before.title.empty())
        renameNode(document, node, like.title);
    if (before.comment.empty())
        setComment(document, node, like.comment);
    document.undoStack().endMacro();
}

void toggleBypassed(models::ProjectDocument& document, const std::vector<std::string>& nodes)
{
    toggle(document, nodes, &curriculum::Node::bypassed, Words::tr("bypass"), Words::tr("stop bypassing"));
}

void toggleFrozen(models::ProjectDocument& document, const std::vector<std::string>& nodes)
{
    toggle(document, nodes, &curriculum::Node::frozen, Words::tr("freeze"), Words::tr("unfreeze"));
}

} // namespace msrl::commands
