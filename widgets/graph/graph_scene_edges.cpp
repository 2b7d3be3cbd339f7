// SPDX-License-Identifier: GPL-3.0-or-later
// Where the edges of the scene run.
#include "widgets/graph/edge_item.h"
#include "widgets/graph/graph_scene.h"
#include "widgets/graph/node_item.h"

#include <utility>

namespace msrl::widgets {

void GraphScene::updateEdgesOf(const QString& node)
{
    m_routedEdges.clear();
    for (EdgeItem* item : m_edges)
        if (item->edge().id.fromNode == node || item->edge().id.toNode == node)
            placeEdge(*item);
}

void GraphScene::placeEdge(EdgeItem& item)
{
    const NodeItem* from = nodeItem(item.edge().id.fromNode);
    const NodeItem* to = nodeItem(item.edge().id.toNode);
    if (from && to)
        item.setEnds(from->portScenePosition(item.edge().id.fromPort, true),
            to->portScenePosition(item.edge().id.toPort, false));
}

void GraphScene::placeEdges()
{
    QVector<QRectF> bodies;
    for (const auto& [id, item] : m_nodes)
        bodies << item->bodyRect();
    QHash<QString, int> ports;
    const auto number = [&ports](const QString& node, const QString& port, bool output) {
        const QString key
            = QStringLiteral("%1\n%2\n%3").arg(node, port, output ? QStringLiteral("o") : QString());
        return *ports.insert(key, ports.value(key, static_cast<int>(ports.size())));
    };
    QVector<RouteRequest> requests;
    for (const EdgeItem* item : m_edges) {
        const EdgeId& id = item->edge().id;
        const NodeItem* from = nodeItem(id.fromNode);
        const NodeItem* to = nodeItem(id.toNode);
        if (!from || !to)
            return;
        requests << RouteRequest { from->portScenePosition(id.fromPort, true),
            to->portScenePosition(id.toPort, false), number(id.fromNode, id.fromPort, true),
            number(id.toNode, id.toPort, false), item->edge().type };
    }
    if (bodies == m_routedBodies && requests == m_routedEdges)
        return;
    const QVector<Route> routes = routeEdges(bodies, requests);
    for (qsizetype i = 0; i < routes.size(); ++i) {
        EdgeItem& item = *m_edges[static_cast<std::size_t>(i)];
        if (routes[i].isEmpty())
            placeEdge(item);
        else
            item.setRoute(routes[i]);
    }
    m_routedBodies = std::move(bodies);
    m_routedEdges = std::move(requests);
}

} // namespace msrl::widgets
