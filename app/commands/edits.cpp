// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/edits.h"

#include "app/commands/graph_commands.h"
#include "app/models/project_document.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>
#include <memory>

namespace msrl::commands {

namespace {

constexpr double kDuplicateOffset = 32;

QString tr(const char* text)
{
    return QCoreApplication::translate("Commands", text);
}

template <class Command, class... Args> void push(models::ProjectDocument& document, Args&&... args)
{
    // The stack owns the command.
    document.undoStack().push(std::make_unique<Command>(document, std::forward<Args>(args)...).release());
}

std::string freshId(const curriculum::Project& project, const std::string& stem)
{
    std::string id = stem;
    for (int n = 2; project.node(id); ++n)
        id = stem + "_" + std::to_string(n);
    return id;
}

std::vector<curriculum::Node> copies(
    const models::ProjectDocument& document, const std::vector<std::string>& ids)
{
    std::vector<curriculum::Node> nodes;
    for (const std::string& id : ids)
        if (const curriculum::Node* node = document.project().node(id))
            nodes.push_back(*node);
    return nodes;
}

void toggle(models::ProjectDocument& document, const std::vector<std::string>& ids,
    bool curriculum::Node::*flag, const QString& on, const QString& off)
{
    std::vector<curriculum::Node> nodes = copies(document, ids);
    if (nodes.empty())
        return;
    const bool allOn
        = std::all_of(nodes.begin(), nodes.end(), [&](const curriculum::Node& n) { return n.*flag; });
    for (curriculum::Node& node : nodes)
        node.*flag = !allOn;
    push<SetFaces>(document, nodes, allOn ? off : on);
}

// The nodes and the edges among them.
curriculum::Project partOf(const models::ProjectDocument& document, const std::vector<std::string>& ids)
{
    curriculum::Project part;
    part.nodes = copies(document, ids);
    for (const curriculum::Edge& edge : document.project().edges)
        if (part.node(edge.fromNode) && part.node(edge.toNode))
            part.edges.push_back(edge);
    return part;
}

std::vector<std::string> insertCopies(models::ProjectDocument& document, const curriculum::Project& part,
    const QPointF& offset, const QString& what)
{
    std::vector<std::string> made;
    std::map<std::string, std::string> renamed;
    document.undoStack().beginMacro(what);
    for (curriculum::Node node : part.nodes) {
        const std::string old = node.id;
        node.id = freshId(document.project(), node.type);
        node.x += offset.x();
        node.y += offset.y();
        renamed[old] = node.id;
        made.push_back(node.id);
        push<AddNode>(document, node);
    }
    for (curriculum::Edge edge : part.edges) {
        edge.fromNode = renamed[edge.fromNode];
        edge.toNode = renamed[edge.toNode];
        push<Connect>(document, edge);
    }
    document.undoStack().endMacro();
    return made;
}

} // namespace

std::string addNode(models::ProjectDocument& document, const std::string& type, const QPointF& position)
{
    curriculum::Node node;
    node.id = freshId(document.project(), type);
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

void removeItems(models::ProjectDocument& document, const std::vector<std::string>& nodes,
    const std::vector<curriculum::Edge>& edges)
{
    if (!nodes.empty() || !edges.empty())
        push<Remove>(document, nodes, edges);
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
    const QString what = nodes.size() == 1 ? QString::fromStdString(curriculum::displayTitle(nodes.front()))
                                           : tr("%1 stages").arg(nodes.size());
    push<SetFaces>(document, nodes, tr("move %1").arg(what), gesture);
}

void renameNode(models::ProjectDocument& document, const std::string& node, const std::string& title)
{
    std::vector<curriculum::Node> nodes = copies(document, { node });
    if (nodes.empty() || nodes.front().title == title)
        return;
    nodes.front().title = title;
    push<SetFaces>(document, nodes, tr("rename %1").arg(QString::fromStdString(node)));
}

void setComment(models::ProjectDocument& document, const std::string& node, const std::string& comment)
{
    std::vector<curriculum::Node> nodes = copies(document, { node });
    if (nodes.empty() || nodes.front().comment == comment)
        return;
    nodes.front().comment = comment;
    push<SetFaces>(document, nodes, tr("comment on %1").arg(QString::fromStdString(node)));
}

void takeValues(models::ProjectDocument& document, const std::string& node, const curriculum::Node& like)
{
    const curriculum::Node before = *document.project().node(node);
    const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(before.type);
    if (!spec || before.type != like.type)
        return;
    document.undoStack().beginMacro(tr("take the values of %1").arg(QString::fromStdString(like.title)));
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
    toggle(document, nodes, &curriculum::Node::bypassed, tr("bypass"), tr("stop bypassing"));
}

void toggleFrozen(models::ProjectDocument& document, const std::vector<std::string>& nodes)
{
    toggle(document, nodes, &curriculum::Node::frozen, tr("freeze"), tr("unfreeze"));
}

std::vector<std::string> duplicateNodes(
    models::ProjectDocument& document, const std::vector<std::string>& nodes)
{
    const curriculum::Project part = partOf(document, nodes);
    return part.nodes.empty()
        ? std::vector<std::string> {}
        : insertCopies(document, part, { kDuplicateOffset, kDuplicateOffset }, tr("duplicate"));
}

std::string copiedText(const models::ProjectDocument& document, const std::vector<std::string>& nodes)
{
    return curriculum::serialiseProject(partOf(document, nodes));
}

base::Result<std::vector<std::string>> pasteText(
    models::ProjectDocument& document, const std::string& text, const QPointF& position)
{
    auto part = curriculum::parseProject(text, "clipboard");
    if (!part)
        return part.error();
    curriculum::Project checked; // the copies by themselves: their edges lie among them
    QPointF corner = part->nodes.empty() ? QPointF() : QPointF(part->nodes[0].x, part->nodes[0].y);
    for (const curriculum::Node& node : part->nodes) {
        if (!curriculum::findNodeType(node.type))
            return base::badInput("no stage type is called " + node.type, "clipboard, node " + node.id,
                "paste into a version of the studio that knows it");
        corner = { std::min(corner.x(), node.x), std::min(corner.y(), node.y) };
        checked.nodes.push_back(node);
    }
    for (const curriculum::Edge& edge : part->edges) {
        if (const auto refused = curriculum::refuseEdge(checked, edge))
            return base::badInput(
                *refused, "clipboard, edge from " + edge.fromNode + " to " + edge.toNode, "correct the text");
        checked.edges.push_back(edge);
    }
    if (checked.nodes.empty())
        return std::vector<std::string> {};
    return insertCopies(document, checked, position - corner, tr("paste"));
}

} // namespace msrl::commands
