// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_scene.h"

#include "widgets/graph/edge_item.h"
#include "widgets/graph/frame_item.h"
#include "widgets/graph/node_item.h"
#include "widgets/theme/tokens.h"

#include <QGuiApplication>
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

void GraphScene::setGraph(
    const QVector<GraphNode>& nodes, const QVector<GraphEdge>& edges, const QVector<GraphFrame>& frames)
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
        if (!(m_nodes[node.id]->node() == node) || m_nodes[node.id]->isMoved())
            m_nodes[node.id]->setNode(node);
    for (qsizetype i = 0; i < edges.size(); ++i)
        m_edges[static_cast<std::size_t>(i)]->setEdge(edges[i]);
    setFrames(frames);
    placeEdges();
}

void GraphScene::setStates(const QVector<GraphNode>& nodes)
{
    for (const GraphNode& node : nodes)
        if (NodeItem* item = nodeItem(node.id); item && !(item->node() == node))
            item->setFace(node);
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

void GraphScene::select(const QStringList& nodes, const QStringList& frames)
{
    if (nodes == selectedNodes() && frames == selectedFrames() && selectedEdges().isEmpty())
        return;
    {
        const QSignalBlocker quiet(this); // one signal for the whole change
        clearSelection();
        for (const QString& id : nodes)
            if (NodeItem* item = nodeItem(id))
                item->setSelected(true);
        for (const QString& id : frames)
            if (FrameItem* item = frameItem(id))
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

QRectF GraphScene::itemsRect() const
{
    QRectF all;
    for (const auto& [id, item] : m_nodes)
        all |= item->sceneBoundingRect();
    for (const auto& [id, item] : m_frames)
        all |= item->area();
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
    beginCarrying();
    const QList<QGraphicsItem*> selected = selectedItems();
    for (QGraphicsItem* item : selected)
        if (item->flags() & QGraphicsItem::ItemIsMovable)
            item->moveBy(offset.x(), offset.y());
    reportMoves();
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

void GraphScene::reportMoves()
{
    m_carried.clear();
    QVector<NodeMove> nodes;
    for (const auto& [id, item] : m_nodes)
        if (item->isMoved())
            nodes << NodeMove { id, item->pos() };
    QVector<FrameMove> frames;
    for (const auto& [id, item] : m_frames)
        if (item->isMoved())
            frames << FrameMove { id, item->area() };
    if (!nodes.isEmpty() || !frames.isEmpty())
        Q_EMIT itemsMoved(nodes, frames);
    placeEdges();
}

} // namespace msrl::widgets
