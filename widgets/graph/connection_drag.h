// SPDX-License-Identifier: GPL-3.0-or-later
// The edge that is being drawn, with the reason at the cursor when it would be refused.
#pragma once

#include "widgets/graph/graph_types.h"

#include <QGraphicsItem>

namespace msrl::widgets {

class ConnectionDrag : public QGraphicsItem
{
public:
    ConnectionDrag(const PortId& start, const QPointF& anchor, int portType);

    const PortId& start() const { return m_start; }
    // The edge from the start to `end`, whichever of the two is the output.
    EdgeId edgeTo(const PortId& end) const;

    // refusal: empty while over nothing or over a port that takes the edge.
    void moveTo(const QPointF& scenePoint, bool accepted, const QString& refusal);
    const QString& refusal() const { return m_refusal; }

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    QRectF noteBox() const;

    PortId m_start;
    QPointF m_anchor;
    QPointF m_cursor;
    int m_portType;
    bool m_accepted = false;
    QString m_refusal;
};

} // namespace msrl::widgets
