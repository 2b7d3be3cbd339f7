// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_scene.h"

#include "widgets/graph/connection_drag.h"
#include "widgets/graph/edge_item.h"
#include "widgets/graph/node_item.h"
#include "widgets/theme/tokens.h"

#include <QGraphicsSceneContextMenuEvent>
#include <QGraphicsSceneDragDropEvent>
#include <QGraphicsSceneMouseEvent>
#include <QGuiApplication>
#include <QMimeData>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace msrl::widgets {

namespace {

constexpr double kWorld = 32767; // fixed, so that the scene does not grow under the mouse

template <class T> T* itemOf(QGraphicsItem* item)
{
    return item && item->type() == T::Type ? static_cast<T*>(item) : nullptr;
}

} // namespace

QString nodeTypeMime()
{
    return QStringLiteral("application/x-msrl-node-type");
}

GraphScene::GraphScene(QObject* parent)
    : QGraphicsScene(parent)
{
    setItemIndexMethod(NoIndex);
    setSceneRect(-kWorld, -kWorld, 2 * kWorld, 2 * kWorld);
    connect(
        this, &QGraphicsScene::selectionChanged, this, [this] { Q_EMIT selectedChanged(selectedNodes()); });
}

// Selected items tell the selection when they go: by then it could not be read any more.
GraphScene::~GraphScene()
{
    blockSignals(true);
}

void GraphScene::setGraph(const QVector<GraphNode>& nodes, const QVector<GraphEdge>& edges)
{
    cancelConnection();
    std::map<QString, NodeItem*> kept;
    for (const GraphNode& node : nodes) {
        const auto known = m_nodes.find(node.id);
        if (known != m_nodes.end()) {
            kept[node.id] = known->second;
            m_nodes.erase(known);
        } else {
            auto item = std::make_unique<NodeItem>(node);
            kept[node.id] = item.get();
            addItem(item.release());
        }
    }
    std::vector<EdgeItem*> keptEdges;
    for (const GraphEdge& edge : edges) {
        EdgeItem* item = edgeItem(edge.id);
        if (item) {
            std::erase(m_edges, item);
        } else {
            auto made = std::make_unique<EdgeItem>(edge);
            item = made.get();
            addItem(made.release());
        }
        keptEdges.push_back(item);
    }
    // A selected item that goes tells the selection at once: nothing that goes may be found by then.
    const auto goneNodes = std::exchange(m_nodes, std::move(kept));
    const auto goneEdges = std::exchange(m_edges, std::move(keptEdges));
    for (const EdgeItem* gone : goneEdges)
        delete gone;
    for (const auto& [id, gone] : goneNodes)
        delete gone;
    for (const GraphNode& node : nodes)
        if (!(m_nodes[node.id]->node() == node) || m_nodes[node.id]->pos() != node.position)
            m_nodes[node.id]->setNode(node);
    for (qsizetype i = 0; i < edges.size(); ++i)
        m_edges[static_cast<std::size_t>(i)]->setEdge(edges[i]);
    placeEdges();
}

QStringList GraphScene::selectedNodes() const
{
    QStringList ids;
    for (const auto& [id, item] : m_nodes)
        if (item->isSelected())
            ids << id;
    return ids;
}

QVector<EdgeId> GraphScene::selectedEdges() const
{
    QVector<EdgeId> ids;
    for (const EdgeItem* item : m_edges)
        if (item->isSelected())
            ids << item->edge().id;
    return ids;
}

void GraphScene::select(const QStringList& nodes)
{
    if (nodes == selectedNodes() && selectedEdges().isEmpty())
        return;
    {
        const QSignalBlocker quiet(this); // one signal for the whole change
        clearSelection();
        for (const QString& id : nodes)
            if (NodeItem* item = nodeItem(id))
                item->setSelected(true);
    }
    Q_EMIT selectionChanged();
}

NodeItem* GraphScene::nodeItem(const QString& id) const
{
    const auto found = m_nodes.find(id);
    return found == m_nodes.end() ? nullptr : found->second;
}

EdgeItem* GraphScene::edgeItem(const EdgeId& id) const
{
    const auto found = std::find_if(
        m_edges.begin(), m_edges.end(), [&](const EdgeItem* item) { return item->edge().id == id; });
    return found == m_edges.end() ? nullptr : *found;
}

QRectF GraphScene::nodesRect() const
{
    QRectF all;
    for (const auto& [id, item] : m_nodes)
        all |= item->sceneBoundingRect();
    return all;
}

QString GraphScene::neighbour(const QPointF& direction) const
{
    const QStringList selected = selectedNodes();
    if (selected.isEmpty())
        return m_nodes.empty() ? QString() : m_nodes.begin()->first;
    const QPointF start = nodeItem(selected.first())->sceneBoundingRect().center();
    QString best;
    double bestCost = std::numeric_limits<double>::infinity();
    for (const auto& [id, item] : m_nodes) {
        const QPointF offset = item->sceneBoundingRect().center() - start;
        const double along = QPointF::dotProduct(offset, direction);
        const double across = std::abs(offset.x() * direction.y() - offset.y() * direction.x());
        if (along > 1 && along + 2 * across < bestCost) {
            bestCost = along + 2 * across;
            best = id;
        }
    }
    return best;
}

void GraphScene::nudge(const QPointF& offset)
{
    const QStringList selected = selectedNodes();
    for (const QString& id : selected)
        nodeItem(id)->moveBy(offset.x(), offset.y());
    reportMoves();
}

QString GraphScene::refusal() const
{
    return m_drag ? m_drag->refusal() : QString();
}

void GraphScene::cancelConnection()
{
    delete m_drag;
    m_drag = nullptr;
    for (const auto& [id, item] : m_nodes)
        item->setOfferedPorts({});
}

void GraphScene::drawBackground(QPainter* painter, const QRectF& rect)
{
    const Tokens& tokens = tokensFor(QGuiApplication::palette());
    painter->fillRect(rect, tokens.window);
    // Below half size the dots would be a grey veil.
    if (painter->worldTransform().m11() < 0.5)
        return;
    painter->setPen(QPen(blend(tokens.line, tokens.disabled, 0.25), 1.25));
    QVector<QPointF> dots;
    for (double x = std::floor(rect.left() / kCanvasGrid) * kCanvasGrid; x < rect.right(); x += kCanvasGrid)
        for (double y = std::floor(rect.top() / kCanvasGrid) * kCanvasGrid; y < rect.bottom();
             y += kCanvasGrid)
            dots << QPointF(x, y);
    painter->drawPoints(dots.constData(), static_cast<int>(dots.size()));
}

void GraphScene::mousePressEvent(QGraphicsSceneMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        const PortId port = portNear(event->scenePos());
        if (port.isValid()) {
            beginConnection(port);
            event->accept();
            return;
        }
    }
    QGraphicsScene::mousePressEvent(event);
    EdgeItem* edge = nodeNear(event->scenePos()) ? nullptr : edgeNear(event->scenePos());
    if (edge && edge->edge().isReplay && event->button() == Qt::LeftButton) {
        const EdgeId id = edge->edge().id; // the item may be gone after the signal
        Q_EMIT replayActivated(id);
    }
}

void GraphScene::mouseMoveEvent(QGraphicsSceneMouseEvent* event)
{
    if (m_drag) {
        followConnection(event->scenePos());
        event->accept();
        return;
    }
    QGraphicsScene::mouseMoveEvent(event);
}

void GraphScene::mouseReleaseEvent(QGraphicsSceneMouseEvent* event)
{
    if (m_drag && event->button() == Qt::LeftButton) {
        finishConnection(event->scenePos());
        event->accept();
        return;
    }
    QGraphicsScene::mouseReleaseEvent(event);
    if (event->button() == Qt::LeftButton)
        reportMoves();
}

void GraphScene::mouseDoubleClickEvent(QGraphicsSceneMouseEvent* event)
{
    if (const NodeItem* node = nodeNear(event->scenePos())) {
        const QString id = node->node().id;
        Q_EMIT nodeActivated(id);
    } else if (!edgeNear(event->scenePos())) {
        Q_EMIT emptyActivated(event->scenePos());
    }
    event->accept();
}

void GraphScene::contextMenuEvent(QGraphicsSceneContextMenuEvent* event)
{
    const NodeItem* node = nodeNear(event->scenePos());
    const EdgeItem* edge = node ? nullptr : edgeNear(event->scenePos());
    if (node && !node->isSelected())
        select({ node->node().id });
    Q_EMIT menuRequested(
        node ? node->node().id : QString(), edge ? edge->edge().id : EdgeId {}, event->screenPos());
    event->accept();
}

void GraphScene::dragEnterEvent(QGraphicsSceneDragDropEvent* event)
{
    event->setAccepted(event->mimeData()->hasFormat(nodeTypeMime()));
}

void GraphScene::dragMoveEvent(QGraphicsSceneDragDropEvent* event)
{
    event->setAccepted(event->mimeData()->hasFormat(nodeTypeMime()));
}

void GraphScene::dropEvent(QGraphicsSceneDragDropEvent* event)
{
    if (!event->mimeData()->hasFormat(nodeTypeMime()))
        return;
    event->acceptProposedAction();
    Q_EMIT typeDropped(QString::fromUtf8(event->mimeData()->data(nodeTypeMime())), event->scenePos());
}

PortId GraphScene::portNear(const QPointF& point) const
{
    for (const auto& [id, item] : m_nodes)
        if (const PortId port = item->portAt(point); port.isValid())
            return port;
    return {};
}

NodeItem* GraphScene::nodeNear(const QPointF& point) const
{
    for (const auto& [id, item] : m_nodes)
        if (item->shape().contains(item->mapFromScene(point)))
            return item;
    return nullptr;
}

EdgeItem* GraphScene::edgeNear(const QPointF& point) const
{
    const QList<QGraphicsItem*> under = items(point);
    for (QGraphicsItem* item : under)
        if (EdgeItem* edge = itemOf<EdgeItem>(item))
            return edge;
    return nullptr;
}

void GraphScene::beginConnection(const PortId& port)
{
    cancelConnection();
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
            if (m_check && m_check(m_drag->edgeTo(end)).isEmpty())
                offered << end;
        }
        item->setOfferedPorts(offered);
    }
}

void GraphScene::followConnection(const QPointF& point)
{
    const PortId end = portNear(point);
    if (!end.isValid() || end == m_drag->start()) {
        m_drag->moveTo(point, false, {});
        return;
    }
    QString refusal;
    if (end.output == m_drag->start().output)
        refusal = end.output ? tr("An edge goes from an output to an input; this is another output.")
                             : tr("An edge goes from an output to an input; this is another input.");
    else if (m_check)
        refusal = m_check(m_drag->edgeTo(end));
    m_drag->moveTo(point, refusal.isEmpty(), refusal);
}

void GraphScene::finishConnection(const QPointF& point)
{
    followConnection(point);
    const PortId end = portNear(point);
    const PortId start = m_drag->start();
    const bool accepted = end.isValid() && !(end == start) && m_drag->refusal().isEmpty();
    const EdgeId edge = accepted ? m_drag->edgeTo(end) : EdgeId {};
    cancelConnection();
    if (accepted)
        Q_EMIT connectRequested(edge);
}

void GraphScene::reportMoves()
{
    QVector<NodeMove> moves;
    for (const auto& [id, item] : m_nodes)
        if (item->pos() != item->node().position)
            moves << NodeMove { id, item->pos() };
    if (!moves.isEmpty())
        Q_EMIT nodesMoved(moves);
    placeEdges();
}

} // namespace msrl::widgets
