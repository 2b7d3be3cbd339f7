// SPDX-License-Identifier: GPL-3.0-or-later
// One edge: a line, or a band as wide as its share of the samples.
#pragma once

#include "widgets/graph/edge_router.h"
#include "widgets/graph/graph_types.h"

#include <QGraphicsItem>

namespace msrl::widgets {

// The curve between two ports, the same for finished edges and for the one being drawn.
QPainterPath edgeCurve(const QPointF& from, const QPointF& to);

class EdgeItem : public QGraphicsItem
{
public:
    enum { Type = UserType + 2 };

    explicit EdgeItem(const GraphEdge& edge);

    const GraphEdge& edge() const { return m_edge; }
    void setEdge(const GraphEdge& edge);
    // A plain curve, for an edge that moves or found no way.
    void setEnds(const QPointF& from, const QPointF& to);
    void setRoute(const Route& corners);
    // Where the label stands, in scene coordinates.
    QPointF labelPosition() const;

    int type() const override { return Type; }
    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

protected:
    void hoverEnterEvent(QGraphicsSceneHoverEvent* event) override;
    void hoverLeaveEvent(QGraphicsSceneHoverEvent* event) override;

private:
    double width() const;

    GraphEdge m_edge;
    void setCurve(const QPainterPath& curve, const QPointF& label);

    QPainterPath m_curve;
    QPointF m_label;
    bool m_hovered = false;
};

} // namespace msrl::widgets
