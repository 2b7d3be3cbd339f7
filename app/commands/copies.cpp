// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of a graph that are copied within a project or between two.
#include "app/commands/edit_parts.h"
#include "app/commands/edits.h"
#include "app/commands/graph_commands.h"

#include <algorithm>
#include <map>

namespace msrl::commands {

namespace {

constexpr double kDuplicateOffset = 32;

// The nodes, the edges among them and the frames.
curriculum::Project partOf(const models::ProjectDocument& document, const std::vector<std::string>& nodes,
    const std::vector<std::string>& frames)
{
    curriculum::Project part;
    part.nodes = nodesOf(document, nodes);
    for (const curriculum::Edge& edge : document.project().edges)
        if (part.node(edge.fromNode) && part.node(edge.toNode))
            part.edges.push_back(edge);
    for (const std::string& id : frames)
        if (const curriculum::Frame* frame = document.project().frame(id))
            part.frames.push_back(*frame);
    return part;
}

Copies insertCopies(models::ProjectDocument& document, const curriculum::Project& part, const QPointF& offset,
    const QString& what)
{
    Copies made;
    std::map<std::string, std::string> renamed;
    const curriculum::Project& project = document.project();
    document.undoStack().beginMacro(what);
    for (curriculum::Node node : part.nodes) {
        const std::string old = node.id;
        node.id = freshId(node.type, [&](const std::string& id) { return project.node(id) != nullptr; });
        node.x += offset.x();
        node.y += offset.y();
        renamed[old] = node.id;
        made.nodes.push_back(node.id);
        push<AddNode>(document, node);
    }
    for (curriculum::Edge edge : part.edges) {
        edge.fromNode = renamed[edge.fromNode];
        edge.toNode = renamed[edge.toNode];
        push<Connect>(document, edge);
    }
    for (curriculum::Frame frame : part.frames) {
        frame.id = freshId("frame", [&](const std::string& id) { return project.frame(id) != nullptr; });
        frame.x += offset.x();
        frame.y += offset.y();
        made.frames.push_back(frame.id);
        push<AddFrame>(document, frame);
    }
    document.undoStack().endMacro();
    return made;
}

QPointF topLeft(const curriculum::Project& part)
{
    std::vector<QPointF> corners;
    for (const curriculum::Node& node : part.nodes)
        corners.emplace_back(node.x, node.y);
    for (const curriculum::Frame& frame : part.frames)
        corners.emplace_back(frame.x, frame.y);
    QPointF corner = corners.empty() ? QPointF() : corners.front();
    for (const QPointF& one : corners)
        corner = { std::min(corner.x(), one.x()), std::min(corner.y(), one.y()) };
    return corner;
}

} // namespace

Copies duplicateItems(models::ProjectDocument& document, const std::vector<std::string>& nodes,
    const std::vector<std::string>& frames)
{
    const curriculum::Project part = partOf(document, nodes, frames);
    return part.nodes.empty() && part.frames.empty()
        ? Copies {}
        : insertCopies(document, part, { kDuplicateOffset, kDuplicateOffset }, Words::tr("duplicate"));
}

std::string copiedText(const models::ProjectDocument& document, const std::vector<std::string>& nodes,
    const std::vector<std::string>& frames)
{
    return curriculum::serialiseProject(partOf(document, nodes, frames));
}

base::Result<Copies> pasteText(
    models::ProjectDocument& document, const std::string& text, const QPointF& position)
{
    auto part = curriculum::parseProject(text, "clipboard");
    if (!part)
        return part.error();
    curriculum::Project checked; // the copies by themselves: their edges lie among them
    for (const curriculum::Node& node : part->nodes) {
        if (!curriculum::findNodeType(node.type))
            return base::badInput("no stage type is called " + node.type, "clipboard, node " + node.id,
                "paste into a version of the studio that knows it");
        checked.nodes.push_back(node);
    }
    for (const curriculum::Edge& edge : part->edges) {
        if (const auto refused = curriculum::refuseEdge(checked, edge))
            return base::badInput(
                *refused, "clipboard, edge from " + edge.fromNode + " to " + edge.toNode, "correct the text");
        checked.edges.push_back(edge);
    }
    checked.frames = part->frames;
    if (checked.nodes.empty() && checked.frames.empty())
        return Copies {};
    return insertCopies(document, checked, position - topLeft(checked), Words::tr("paste"));
}

} // namespace msrl::commands
