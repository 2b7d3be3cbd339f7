// SPDX-License-Identifier: GPL-3.0-or-later
// Shows a graph and reports what the person wants to change. The scene changes nothing by itself: whoever
// owns the graph answers a request with a new setGraph().
#pragma once

#include "widgets/graph/edge_router.h"
#include "widgets/graph/graph_types.h"

#include <QGraphicsScene>
#include <QHash>

#include <map>
#include <vector>

namespace msrl::widgets {

class ConnectionDrag;
class EdgeItem;
class FrameItem;
class NodeItem;

struct NodeMove
{
    QString id;
    QPointF position;
};

struct FrameMove
{
    QString id;
    QRectF area;
};

class GraphScene : public QGraphicsScene
{
    Q_OBJECT

public:
    explicit GraphScene(QObject* parent = nullptr);
    ~GraphScene() override;

    // Keeps what is unchanged: selection and items of known ids survive.
    void setGraph(const QVector<GraphNode>& nodes, const QVector<GraphEdge>& edges,
        const QVector<GraphFrame>& frames = {});
    // The same nodes in other states. Unlike setGraph() it leaves alone what is being dragged.
    void setStates(const QVector<GraphNode>& nodes);
    void setEdgeCheck(EdgeCheck check) { m_check = std::move(check); }

    QStringList selectedNodes() const;
    QVector<EdgeId> selectedEdges() const;
    QStringList selectedFrames() const;
    void select(const QStringList& nodes, const QStringList& frames = {});
    NodeItem* nodeItem(const QString& id) const;
    FrameItem* frameItem(const QString& id) const;
    // The nodes whose middle lies in the frame.
    QStringList nodesInside(const QString& frame) const;
    // What a frame around these nodes would cover; empty without any.
    QRectF frameAround(const QStringList& nodes) const;
    EdgeItem* edgeItem(const EdgeId& id) const;
    QRectF itemsRect() const; // of nodes and frames
    // The next node from the selected one in that direction (a unit step in x or y); the first node without
    // one.
    QString neighbour(const QPointF& direction) const;
    // Asks to move what is selected by so much.
    void nudge(const QPointF& offset);
    // While an edge is drawn over a port that refuses it: why.
    QString refusal() const;
    void updateEdgesOf(const QString& node);
    // For a frame that moves: what lay in it when the move began moves too.
    void carryAlong(const FrameItem& frame);
    void cancelConnection();

Q_SIGNALS:
    void itemsMoved(
        const QVector<msrl::widgets::NodeMove>& nodes, const QVector<msrl::widgets::FrameMove>& frames);
    void connectRequested(const msrl::widgets::EdgeId& edge);
    // An end of an edge was drawn to another port, or to nothing.
    void reconnectRequested(const msrl::widgets::EdgeId& edge, const msrl::widgets::EdgeId& instead);
    void disconnectRequested(const msrl::widgets::EdgeId& edge);
    void selectedChanged(const QStringList& nodes);
    void nodeActivated(const QString& id); // double click
    void frameActivated(const QString& id); // double click on its title
    void replayActivated(const msrl::widgets::EdgeId& edge); // click on a replay edge
    void emptyActivated(const QPointF& position); // double click on the canvas
    void typeDropped(const QString& type, const QPointF& position);
    // What is under the mouse is selected by then.
    void menuRequested(const QPoint& globalPosition);

protected:
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void mousePressEvent(QGraphicsSceneMouseEvent* event) override;
    void mouseMoveEvent(QGraphicsSceneMouseEvent* event) override;
    void mouseReleaseEvent(QGraphicsSceneMouseEvent* event) override;
    void mouseDoubleClickEvent(QGraphicsSceneMouseEvent* event) override;
    void contextMenuEvent(QGraphicsSceneContextMenuEvent* event) override;
    void dragEnterEvent(QGraphicsSceneDragDropEvent* event) override;
    void dragMoveEvent(QGraphicsSceneDragDropEvent* event) override;
    void dropEvent(QGraphicsSceneDragDropEvent* event) override;

private:
    PortId portNear(const QPointF& point) const;
    NodeItem* nodeNear(const QPointF& point) const;
    EdgeItem* edgeNear(const QPointF& point) const;
    FrameItem* frameNear(const QPointF& point) const;
    void setFrames(const QVector<GraphFrame>& frames);
    void beginCarrying();
    void selectUnder(const QPointF& point);
    // Null: no selected edge ends here.
    EdgeItem* selectedEdgeAt(const PortId& port) const;
    // From a free port, or the loose end of the edge that is selected or that a taken input holds.
    void beginDrag(const PortId& port);
    // Takes up the end of the edge that lies nearer to the point.
    void liftEdge(const EdgeId& edge, const QPointF& point);
    void beginConnection(const PortId& port, const EdgeId& lifted = {});
    void followConnection(const QPointF& point);
    void finishConnection(const QPointF& point);
    void reportMoves();
    // A plain curve at once, for what moves under the mouse.
    void placeEdge(EdgeItem& item);
    // All edges around all nodes, where nodes or edges changed since.
    void placeEdges();

    std::map<QString, NodeItem*> m_nodes; // owned by the scene
    std::vector<EdgeItem*> m_edges;
    EdgeCheck m_check;
    QVector<QRectF> m_routedBodies; // what the ways were found for
    QVector<RouteRequest> m_routedEdges;
    ConnectionDrag* m_drag = nullptr;
    EdgeId m_lifted; // the edge whose end is drawn elsewhere
    bool m_wasSelected = false; // the lifted edge
    bool m_isKept = false; // the lifted edge stays where its end is dropped on nothing
    EdgeId m_pressed; // under the mouse that is held down
    std::map<QString, FrameItem*> m_frames; // owned by the scene
    struct Carried
    {
        QGraphicsItem* item;
        const FrameItem* by;
        QPointF offset; // from the frame's corner
    };
    std::vector<Carried> m_carried;
};

// The MIME type of a node type dragged from the library; the data is the type's key.
QString nodeTypeMime();

} // namespace msrl::widgets

Q_DECLARE_METATYPE(msrl::widgets::EdgeId)
