// SPDX-License-Identifier: GPL-3.0-or-later
// One node on the canvas. It shows a GraphNode and reports nothing by itself: the scene does.
#pragma once

#include "widgets/graph/graph_types.h"

#include <QGraphicsItem>

namespace msrl::widgets {

class NodeItem : public QGraphicsItem
{
public:
    enum { Type = UserType + 1 };

    explicit NodeItem(const GraphNode& node);

    const GraphNode& node() const { return m_node; }
    void setNode(const GraphNode& node);
    // In another state, where it is: a hand may hold it.
    void setFace(const GraphNode& node);
    bool isMoved() const { return pos() != m_home; } // by a hand, since setNode()
    QRectF bodyRect() const; // in the scene, without the ports' reach
    // Scene position of a port; the node's middle when there is no such port.
    QPointF portScenePosition(const QString& port, bool output) const;
    // The port within reach of a scene point; invalid when none is.
    PortId portAt(const QPointF& scenePoint) const;
    // While an edge is drawn: ports that would take it are ringed.
    void setOfferedPorts(const QVector<PortId>& ports);

    int type() const override { return Type; }
    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

protected:
    QVariant itemChange(GraphicsItemChange change, const QVariant& value) override;
    void hoverEnterEvent(QGraphicsSceneHoverEvent* event) override;
    void hoverMoveEvent(QGraphicsSceneHoverEvent* event) override;
    void hoverLeaveEvent(QGraphicsSceneHoverEvent* event) override;

private:
    GraphNode m_node;
    QPointF m_home; // where setNode() put it
    QVector<PortId> m_offered;
    bool m_hovered = false;
};

} // namespace msrl::widgets
