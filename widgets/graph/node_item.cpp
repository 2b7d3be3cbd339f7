// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/node_item.h"

#include "widgets/graph/graph_scene.h"
#include "widgets/graph/node_painter.h"
#include "widgets/theme/tokens.h"

#include <QCursor>
#include <QGraphicsSceneHoverEvent>
#include <QGuiApplication>
#include <QPainter>
#include <QStyleOptionGraphicsItem>
#include <QWidget>

#include <cmath>

namespace msrl::widgets {

namespace {

constexpr double kPortReach = 11; // radius around a port that takes the mouse
constexpr double kMargin = 12;

} // namespace

NodeItem::NodeItem(const GraphNode& node)
    : m_node(node)
{
    setFlags(ItemIsMovable | ItemIsSelectable | ItemSendsGeometryChanges);
    setAcceptHoverEvents(true);
    setPos(node.position);
    m_home = pos();
    setZValue(1);
}

void NodeItem::setNode(const GraphNode& node)
{
    setFace(node);
    setPos(node.position);
    m_home = pos();
}

void NodeItem::setFace(const GraphNode& node)
{
    prepareGeometryChange();
    m_node = node;
    setToolTip(node.tip);
    update();
}

QRectF NodeItem::bodyRect() const
{
    return mapRectToScene(nodeBody(m_node));
}

QPointF NodeItem::portScenePosition(const QString& port, bool output) const
{
    const QVector<GraphPort>& ports = output ? m_node.outputs : m_node.inputs;
    for (qsizetype i = 0; i < ports.size(); ++i)
        if (ports[i].name == port)
            return mapToScene(portPosition(m_node, static_cast<int>(i), output));
    return mapToScene(nodeBody(m_node).center());
}

PortId NodeItem::portAt(const QPointF& scenePoint) const
{
    const QPointF local = mapFromScene(scenePoint);
    for (const bool output : { false, true }) {
        const QVector<GraphPort>& ports = output ? m_node.outputs : m_node.inputs;
        for (qsizetype i = 0; i < ports.size(); ++i) {
            const QPointF offset = portPosition(m_node, static_cast<int>(i), output) - local;
            if (std::hypot(offset.x(), offset.y()) <= kPortReach)
                return { m_node.id, ports[i].name, output };
        }
    }
    return {};
}

void NodeItem::setOfferedPorts(const QVector<PortId>& ports)
{
    m_offered = ports;
    update();
}

QRectF NodeItem::boundingRect() const
{
    return nodeBody(m_node).adjusted(-kMargin, -kGrid, kMargin, kGrid);
}

QPainterPath NodeItem::shape() const
{
    QPainterPath path;
    path.addRect(nodeBody(m_node).adjusted(-kMargin, 0, kMargin, 0));
    return path;
}

void NodeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget* widget)
{
    const Tokens& tokens = tokensFor(QGuiApplication::palette());
    const NodeLook look { isSelected(), m_hovered };
    if (QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform()) < kReadableZoom)
        paintNodeFar(*painter, m_node, tokens, look);
    else
        paintNode(*painter, m_node, tokens, widget ? widget->font() : QFont(), look);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(tokens.accent, 1.5));
    for (const PortId& port : std::as_const(m_offered))
        painter->drawEllipse(
            mapFromScene(portScenePosition(port.port, port.output)), kPortReach - 1, kPortReach - 1);
}

QVariant NodeItem::itemChange(GraphicsItemChange change, const QVariant& value)
{
    if (change == ItemPositionChange) {
        const QPointF wanted = value.toPointF();
        return QPointF(std::round(wanted.x() / kCanvasSnap) * kCanvasSnap,
            std::round(wanted.y() / kCanvasSnap) * kCanvasSnap);
    }
    if (change == ItemPositionHasChanged) {
        if (auto* graph = qobject_cast<GraphScene*>(scene()))
            graph->updateEdgesOf(m_node.id);
    }
    return QGraphicsItem::itemChange(change, value);
}

void NodeItem::hoverEnterEvent(QGraphicsSceneHoverEvent*)
{
    m_hovered = true;
    update();
}

void NodeItem::hoverMoveEvent(QGraphicsSceneHoverEvent* event)
{
    const PortId port = portAt(event->scenePos());
    setCursor(port.isValid() ? Qt::CrossCursor : Qt::ArrowCursor);
    QString tip = m_node.tip;
    for (const GraphPort& known : port.output ? m_node.outputs : m_node.inputs)
        if (port.isValid() && known.name == port.port)
            tip = QStringLiteral("%1 (%2)\n%3").arg(known.label, known.typeName, known.help);
    setToolTip(tip);
}

void NodeItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*)
{
    m_hovered = false;
    update();
}

} // namespace msrl::widgets
