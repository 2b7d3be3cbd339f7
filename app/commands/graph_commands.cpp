// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/graph_commands.h"

#include "app/commands/edit_parts.h"
#include "app/models/project_document.h"
#include "app/models/table_text.h"

#include <algorithm>

namespace msrl::commands {

namespace {

bool contains(const std::vector<std::string>& all, const std::string& one)
{
    return std::find(all.begin(), all.end(), one) != all.end();
}

bool contains(const std::vector<curriculum::Edge>& all, const curriculum::Edge& one)
{
    return std::any_of(
        all.begin(), all.end(), [&](const curriculum::Edge& edge) { return edge.joinsAs(one); });
}

} // namespace

AddNode::AddNode(models::ProjectDocument& document, curriculum::Node node)
    : m_document(document)
    , m_node(std::move(node))
{
    setText(Words::tr("add %1").arg(models::stageTitle(m_node)));
}

void AddNode::redo()
{
    m_document.insertNode(m_node, m_document.project().nodes.size());
}

void AddNode::undo()
{
    m_document.removeNode(m_node.id);
}

AddFrame::AddFrame(models::ProjectDocument& document, curriculum::Frame frame)
    : m_document(document)
    , m_frame(std::move(frame))
{
    setText(Words::tr("add frame %1").arg(QString::fromStdString(m_frame.title)));
}

void AddFrame::redo()
{
    m_document.insertFrame(m_frame, m_document.project().frames.size());
}

void AddFrame::undo()
{
    m_document.removeFrame(m_frame.id);
}

Connect::Connect(models::ProjectDocument& document, curriculum::Edge edge)
    : m_document(document)
    , m_edge(std::move(edge))
{
    const curriculum::Node* to = document.project().node(m_edge.toNode);
    setText(
        Words::tr("connect %1").arg(to ? models::stageTitle(*to) : QString::fromStdString(m_edge.toNode)));
}

void Connect::redo()
{
    m_document.insertEdge(m_edge, m_document.project().edges.size());
}

void Connect::undo()
{
    m_document.removeEdge(m_edge);
}

Remove::Remove(models::ProjectDocument& document, const Removal& what)
    : m_document(document)
{
    const curriculum::Project& project = document.project();
    for (std::size_t i = 0; i < project.nodes.size(); ++i)
        if (contains(what.nodes, project.nodes[i].id))
            m_nodes.push_back({ i, project.nodes[i] });
    for (std::size_t i = 0; i < project.edges.size(); ++i) {
        const curriculum::Edge& edge = project.edges[i];
        if (contains(what.edges, edge) || contains(what.nodes, edge.fromNode)
            || contains(what.nodes, edge.toNode))
            m_edges.push_back({ i, edge });
    }
    for (std::size_t i = 0; i < project.frames.size(); ++i)
        if (contains(what.frames, project.frames[i].id))
            m_frames.push_back({ i, project.frames[i] });
    name();
}

void Remove::name()
{
    if (m_nodes.size() == 1)
        setText(Words::tr("remove %1").arg(models::stageTitle(m_nodes.front().node)));
    else
        setText(!m_nodes.empty() ? Words::tr("remove %1 stages").arg(m_nodes.size())
                : m_frames.size() == 1
                ? Words::tr("remove frame %1").arg(QString::fromStdString(m_frames.front().frame.title))
                : m_frames.empty() ? Words::tr("disconnect")
                                   : Words::tr("remove %1 frames").arg(m_frames.size()));
}

void Remove::redo()
{
    const models::ProjectDocument::Batch batch(m_document);
    for (const KeptEdge& kept : m_edges)
        m_document.removeEdge(kept.edge);
    for (const KeptNode& kept : m_nodes)
        m_document.removeNode(kept.node.id);
    for (const KeptFrame& kept : m_frames)
        m_document.removeFrame(kept.frame.id);
}

void Remove::undo()
{
    const models::ProjectDocument::Batch batch(m_document);
    for (const KeptNode& kept : m_nodes)
        m_document.insertNode(kept.node, kept.index);
    for (const KeptEdge& kept : m_edges)
        m_document.insertEdge(kept.edge, kept.index);
    for (const KeptFrame& kept : m_frames)
        m_document.insertFrame(kept.frame, kept.index);
}

} // namespace msrl::commands
