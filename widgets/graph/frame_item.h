// SPDX-License-Identifier: GPL-3.0-or-later
// A titled frame behind the nodes. Its title moves it, its border resizes it; what is inside takes the mouse
// as if the frame were not there. What moves along with it is the scene's business.
#pragma once

#include "widgets/graph/graph_types.h"

#include <QGraphicsItem>

namespace msrl::widgets {

// How far a frame reaches beyond the nodes that it is made around, its title included.
inline constexpr double kFramePad = 24;
inline constexpr double kFrameTitleHeight = 32;

class FrameItem : public QGraphicsItem
{
public:
    enum { Type = UserType + 3 };

    explicit FrameItem(const GraphFrame& frame);

    const GraphFrame& frame() const { return m_frame; }
    void setFrame(const GraphFrame& frame);
    // As it is now, in the scene: while the mouse moves or resizes it, ahead of frame().area.
    QRectF area() const;
    bool isMoved() const { return area() != m_home; } // by a hand, since setFrame()
    bool isResizing() const { return m_held != Qt::Edges(); }

    int type() const override { return Type; }
    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

protected:
    QVariant itemChange(GraphicsItemChange change, const QVariant& value) override;
    void mousePressEvent(QGraphicsSceneMouseEvent* event) override;
    void mouseMoveEvent(QGraphicsSceneMouseEvent* event) override;
    void mouseReleaseEvent(QGraphicsSceneMouseEvent* event) override;
    void hoverMoveEvent(QGraphicsSceneHoverEvent* event) override;
    void hoverLeaveEvent(QGraphicsSceneHoverEvent* event) override;

private:
    void setArea(const QRectF& area);
    Qt::Edges edgesAt(const QPointF& point) const;
    QRectF resized(const QPointF& scenePoint) const;

    GraphFrame m_frame;
    QSizeF m_size;
    QRectF m_home; // where setFrame() put it
    Qt::Edges m_held; // of the border, while the mouse drags it
    bool m_hovered = false;
};

} // namespace msrl::widgets
