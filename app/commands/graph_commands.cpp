// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/graph_commands.h"

#include "app/models/project_document.h"

#include <QCoreApplication>

#include <algorithm>

namespace msrl::commands {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Commands", text);
}

template <class T> bool contains(const std::vector<T>& all, const T& one)
{
    return std::find(all.begin(), all.end(), one) != all.end();
}

} // namespace

AddNode::AddNode(models::ProjectDocument& document, curriculum::Node node)
    : m_document(document)
    , m_node(std::move(node))
{
    setText(tr("add %1").arg(QString::fromStdString(curriculum::displayTitle(m_node))));
}

void AddNode::redo()
{
    m_document.insertNode(m_node, m_document.project().nodes.size());
}

void AddNode::undo()
{
    m_document.removeNode(m_node.id);
}

Connect::Connect(models::ProjectDocument& document, curriculum::Edge edge)
    : m_document(document)
    , m_edge(std::move(edge))
{
    const curriculum::Node* to = document.project().node(m_edge.toNode);
    setText(tr("connect %1").arg(QString::fromStdString(to ? curriculum::displayTitle(*to) : m_edge.toNode)));
}

void Connect::redo()
{
    m_document.insertEdge(m_edge, m_document.project().edges.size());
}

void Connect::undo()
{
    m_document.removeEdge(m_edge);
}

Remove::Remove(models::ProjectDocument& document, const std::vector<std::string>& nodes,
    const std::vector<curriculum::Edge>& edges)
    : m_document(document)
{
    const curriculum::Project& project = document.project();
    for (std::size_t i = 0; i < project.nodes.size(); ++i)
        if (contains(nodes, project.nodes[i].id))
            m_nodes.push_back({ i, project.nodes[i] });
    for (std::size_t i = 0; i < project.edges.size(); ++i) {
        const curriculum::Edge& edge = project.edges[i];
        if (contains(edges, edge) || contains(nodes, edge.fromNode) || contains(nodes, edge.toNode))
            m_edges.push_back({ i, edge });
    }
    if (m_nodes.size() == 1)
        setText(tr("remove %1").arg(QString::fromStdString(curriculum::displayTitle(m_nodes.front().node))));
    else
        setText(m_nodes.empty() ? tr("disconnect") : tr("remove %1 stages").arg(m_nodes.size()));
}

void Remove::redo()
{
    const models::ProjectDocument::Batch batch(m_document);
    for (const KeptEdge& kept : m_edges)
        m_document.removeEdge(kept.edge);
    for (const KeptNode& kept : m_nodes)
        m_document.removeNode(kept.node.id);
}

void Remove::undo()
{
    const models::ProjectDocument::Batch batch(m_document);
    for (const KeptNode& kept : m_nodes)
        m_document.insertNode(kept.node, kept.index);
    for (const KeptEdge& kept : m_edges)
        m_document.insertEdge(kept.edge, kept.index);
}

} // namespace msrl::commands
