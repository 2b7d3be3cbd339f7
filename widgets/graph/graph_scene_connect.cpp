// SPDX-License-Identifier: GPL-3.0-or-later
// Edges that are drawn by hand: new ones, and the loose end of one that goes elsewhere.
#include "widgets/graph/connection_drag.h"
#include "widgets/graph/edge_item.h"
#include "widgets/graph/graph_scene.h"
#include "widgets/graph/node_item.h"

#include <memory>

namespace msrl::widgets {

QString GraphScene::refusal() const
{
    return m_drag ? m_drag->refusal() : QString();
}

void GraphScene::cancelConnection()
{
    delete m_drag;
    m_drag = nullptr;
    if (EdgeItem* lifted = m_lifted.isValid() ? edgeItem(m_lifted) : nullptr) {
        lifted->setVisible(true);
        lifted->setSelected(m_wasSelected);
    }
    m_lifted = {};
    m_isKept = false;
    for (const auto& [id, item] : m_nodes)
        item->setOfferedPorts({});
}

EdgeItem* GraphScene::selectedEdgeAt(const PortId& port) const
{
    for (EdgeItem* item : m_edges) {
        const EdgeId& id = item->edge().id;
        const PortId end = port.output ? PortId { id.fromNode, id.fromPort, true }
                                       : PortId { id.toNode, id.toPort, false };
        if (item->isSelected() && end == port)
            return item;
    }
    return nullptr;
}

// Ports that hold many edges begin a new one, unless one of theirs is selected: that one is meant.
void GraphScene::beginDrag(const PortId& port)
{
    const EdgeItem* held = selectedEdgeAt(port);
    bool many = false;
    if (!held && !port.output) {
        for (const GraphPort& known : nodeItem(port.node)->node().inputs)
            many = many || (known.name == port.port && known.many);
        for (const EdgeItem* item : m_edges)
            if (item->edge().id.toNode == port.node && item->edge().id.toPort == port.port)
                held = item;
    }
    if (!held || many) {
        beginConnection(port);
        return;
    }
    liftEdge(held->edge().id, nodeItem(port.node)->portScenePosition(port.port, port.output));
}

void GraphScene::liftEdge(const EdgeId& edge, const QPointF& point)
{
    const PortId source { edge.fromNode, edge.fromPort, true };
    const PortId target { edge.toNode, edge.toPort, false };
    const auto distance = [&](const PortId& port) {
        return QLineF(point, nodeItem(port.node)->portScenePosition(port.port, port.output)).length();
    };
    beginConnection(distance(target) <= distance(source) ? source : target, edge);
    EdgeItem* item = edgeItem(edge);
    m_wasSelected = item->isSelected(); // which it loses out of sight
    item->setVisible(false);
    followConnection(point);
}

void GraphScene::beginConnection(const PortId& port, const EdgeId& lifted)
{
    cancelConnection();
    m_lifted = lifted;
    const NodeItem* node = nodeItem(port.node);
    int type = -1;
    for (const GraphPort& known : port.output ? node->node().outputs : node->node().inputs)
        if (known.name == port.port)
            type = known.type;
    auto drag = std::make_unique<ConnectionDrag>(port, node->portScenePosition(port.port, port.output), type);
    m_drag = drag.get();
    addItem(drag.release());
    for (const auto& [id, item] : m_nodes) {
        QVector<PortId> offered;
        for (const GraphPort& known : port.output ? item->node().inputs : item->node().outputs) {
            const PortId end { id, known.name, !port.output };
            if (m_check && m_check(m_drag->edgeTo(end), m_lifted).isEmpty())
                offered << end;
        }
        item->setOfferedPorts(offered);
    }
}

void GraphScene::followConnection(const QPointF& point)
{
    const PortId end = portNear(point);
    const bool home = end.isValid() && m_lifted.isValid() && m_drag->edgeTo(end) == m_lifted
        && end.output != m_drag->start().output;
    if (!end.isValid() || end == m_drag->start() || home) {
        m_drag->moveTo(point, home, {});
        return;
    }
    QString refusal;
    if (end.output == m_drag->start().output)
        refusal = end.output ? tr("An edge goes from an output to an input; this is another output.")
                             : tr("An edge goes from an output to an input; this is another input.");
    else if (m_check)
        refusal = m_check(m_drag->edgeTo(end), m_lifted);
    // Over a port that takes it the edge snaps to it.
    m_drag->moveTo(refusal.isEmpty() ? nodeItem(end.node)->portScenePosition(end.port, end.output) : point,
        refusal.isEmpty(), refusal);
}

void GraphScene::finishConnection(const QPointF& point)
{
    followConnection(point);
    const PortId end = portNear(point);
    const PortId start = m_drag->start();
    const EdgeId lifted = m_lifted;
    const bool isKept = m_isKept;
    const bool accepted = end.isValid() && !(end == start) && m_drag->refusal().isEmpty();
    const EdgeId edge = accepted ? m_drag->edgeTo(end) : EdgeId {};
    cancelConnection();
    if (accepted && !(edge == lifted)) {
        if (lifted.isValid())
            Q_EMIT reconnectRequested(lifted, edge);
        else
            Q_EMIT connectRequested(edge);
    } else if (lifted.isValid() && !end.isValid() && !isKept) {
        Q_EMIT disconnectRequested(lifted);
    }
}

} // namespace msrl::widgets
