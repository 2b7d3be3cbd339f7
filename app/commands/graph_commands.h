// SPDX-License-Identifier: GPL-3.0-or-later
// Undoable changes of the graph. Commands hold ids and values and change nothing before redo(); undo puts
// every node and edge back at its old index, so that the file is the same byte for byte.
#pragma once

#include "core/curriculum/project.h"

#include <QUndoCommand>

#include <cstddef>
#include <string>
#include <vector>

namespace msrl::models {
class ProjectDocument;
}

namespace msrl::commands {

class AddNode : public QUndoCommand
{
public:
    AddNode(models::ProjectDocument& document, curriculum::Node node);
    void redo() override;
    void undo() override;

private:
    models::ProjectDocument& m_document;
    curriculum::Node m_node;
};

class Connect : public QUndoCommand
{
public:
    Connect(models::ProjectDocument& document, curriculum::Edge edge);
    void redo() override;
    void undo() override;

private:
    models::ProjectDocument& m_document;
    curriculum::Edge m_edge;
};

// Nodes with all their edges, and further edges.
class Remove : public QUndoCommand
{
public:
    Remove(models::ProjectDocument& document, const std::vector<std::string>& nodes,
        const std::vector<curriculum::Edge>& edges);
    void redo() override;
    void undo() override;

private:
    struct KeptNode
    {
        std::size_t index;
        curriculum::Node node;
    };
    struct KeptEdge
    {
        std::size_t index;
        curriculum::Edge edge;
    };

    models::ProjectDocument& m_document;
    std::vector<KeptNode> m_nodes; // by rising index in the project
    std::vector<KeptEdge> m_edges;
};

} // namespace msrl::commands
