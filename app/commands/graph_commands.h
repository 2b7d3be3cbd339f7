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

class AddFrame : public QUndoCommand
{
public:
    AddFrame(models::ProjectDocument& document, curriculum::Frame frame);
    void redo() override;
    void undo() override;

private:
    models::ProjectDocument& m_document;
    curriculum::Frame m_frame;
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

// What goes with one command: nodes with all their edges, further edges, frames without what they hold.
struct Removal
{
    std::vector<std::string> nodes;
    std::vector<curriculum::Edge> edges;
    std::vector<std::string> frames;
};

class Remove : public QUndoCommand
{
public:
    Remove(models::ProjectDocument& document, const Removal& what);
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

    struct KeptFrame
    {
        std::size_t index;
        curriculum::Frame frame;
    };

    void name();

    models::ProjectDocument& m_document;
    std::vector<KeptNode> m_nodes; // by rising index in the project
    std::vector<KeptEdge> m_edges;
    std::vector<KeptFrame> m_frames;
};

} // namespace msrl::commands
