// SPDX-License-Identifier: GPL-3.0-or-later
// A graph of nodes with typed ports, as values: what the canvas is told, and the ids that it reports back.
#pragma once

#include <QColor>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <QVector>

#include <functional>

namespace msrl::widgets {

struct Tokens;

enum class NodeState {
    NotConfigured,
    Ready,
    Queued,
    Running,
    AwaitingAudit,
    Done,
    Reused,
    Stale,
    Stopped,
    Failed,
    Bypassed,
};
QString nodeStateWord(NodeState state); // for people, translated
QString nodeStateIcon(NodeState state);
QColor nodeStateColour(const Tokens& tokens, NodeState state);

struct GraphPort
{
    QString name;
    QString label;
    QString typeName; // for people: "text-preferences"
    int type = -1; // chooses colour and shape; -1: not chosen yet
    bool required = false;
    bool many = false; // an input that takes several edges
    bool connected = false;
    QString help;

    bool operator==(const GraphPort&) const = default;
};

struct GraphNode
{
    QString id;
    QString title;
    QString iconName;
    QString headline; // one line of the most telling parameters
    QVector<GraphPort> inputs;
    QVector<GraphPort> outputs;
    QPointF position;
    NodeState state = NodeState::Ready;
    double progress = -1; // 0 to 1 while it runs; negative: unknown
    QString progressText; // "412 / 1215"
    bool frozen = false;
    int numProblems = 0;
    QString comment;
    QString tip; // what it takes in and what is known of its result

    bool operator==(const GraphNode&) const = default;
};

struct PortId
{
    QString node;
    QString port;
    bool output = false;

    bool operator==(const PortId&) const = default;
    bool isValid() const { return !node.isEmpty(); }
};

struct EdgeId
{
    QString fromNode, fromPort, toNode, toPort;

    bool operator==(const EdgeId&) const = default;
    bool isValid() const { return !fromNode.isEmpty(); }
};

struct GraphEdge
{
    EdgeId id;
    int type = -1; // colour, as the port's
    double share
        = -1; // of the samples that meet at the input: drawn as a band of that width; negative: a line
    bool isReplay = false; // dashed and labelled, a click opens the replay editor
    QString label; // "5 : 1"

    bool operator==(const GraphEdge&) const = default;
};

// A titled frame around nodes.
struct GraphFrame
{
    QString id;
    QString title;
    int colour = 0; // 0: grey; above it the series colours, in their order
    QRectF area;

    bool operator==(const GraphFrame&) const = default;
};

// Why this edge may not be made, as a sentence; empty when it may. `replaced` goes for it, where it is valid.
using EdgeCheck = std::function<QString(const EdgeId& edge, const EdgeId& replaced)>;

inline constexpr double kNodeWidth = 200;
inline constexpr double kCanvasGrid = 16;
inline constexpr double kCanvasSnap = 8; // what is moved lands on its multiples

QColor portColour(const Tokens& tokens, int type);
QColor frameColour(const Tokens& tokens, int colour); // of GraphFrame::colour

} // namespace msrl::widgets
