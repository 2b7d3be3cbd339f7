// SPDX-License-Identifier: GPL-3.0-or-later
// Ways of edges, checked as a reader of the graph would: no line under a node, no two lines that pass for
// one.
#include "widgets/graph/edge_item.h"
#include "widgets/graph/edge_router.h"
#include "widgets/graph/graph_scene.h"
#include "widgets/graph/node_item.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace msrl::widgets;

namespace {

constexpr double kWide = 200;
constexpr double kHigh = 140;

QRectF bodyAt(double column, double row)
{
    return { column * 272, row * 184, kWide, kHigh };
}
QPointF out(const QRectF& body, int port = 0)
{
    return { body.right(), body.top() + 64 + 20 * port };
}
QPointF in(const QRectF& body, int port = 0)
{
    return { body.left(), body.top() + 64 + 20 * port };
}

bool isUnder(const Route& route, const QRectF& body)
{
    for (qsizetype i = 1; i < route.size(); ++i) {
        const QRectF piece = QRectF(route[i - 1], route[i]).normalized().adjusted(-0.01, -0.01, 0.01, 0.01);
        if (piece.intersects(body.adjusted(1, 1, -1, -1)))
            return true;
    }
    return false;
}

// Length over which two ways lie on each other, or nearer than an eye keeps apart.
double together(const Route& a, const Route& b)
{
    double sum = 0;
    for (qsizetype i = 1; i < a.size(); ++i) {
        for (qsizetype j = 1; j < b.size(); ++j) {
            const QRectF p = QRectF(a[i - 1], a[i]).normalized();
            const QRectF q = QRectF(b[j - 1], b[j]).normalized();
            const bool level = p.height() == 0 && q.height() == 0 && std::abs(p.top() - q.top()) < 4;
            const bool upright = p.width() == 0 && q.width() == 0 && std::abs(p.left() - q.left()) < 4;
            if (level)
                sum += std::max(0.0, std::min(p.right(), q.right()) - std::max(p.left(), q.left()));
            else if (upright)
                sum += std::max(0.0, std::min(p.bottom(), q.bottom()) - std::max(p.top(), q.top()));
        }
    }
    return sum;
}

} // namespace

class TestEdgeRouter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void neighboursAreJoinedByAStraightLine()
    {
        const QVector<QRectF> bodies { bodyAt(0, 0), bodyAt(1, 0) };
        const auto routes = routeEdges(bodies, { { out(bodies[0]), in(bodies[1]), 0, 1 } });
        QCOMPARE(routes.front(), (Route { out(bodies[0]), in(bodies[1]) }));
    }

    void aNodeInTheWayIsGoneAround()
    {
        const QVector<QRectF> bodies { bodyAt(0, 0), bodyAt(1, 0), bodyAt(2, 0) };
        const auto routes = routeEdges(bodies, { { out(bodies[0]), in(bodies[2]), 0, 1 } });
        const Route& route = routes.front();
        QVERIFY(route.size() > 2);
        QCOMPARE(route.front(), out(bodies[0]));
        QCOMPARE(route.back(), in(bodies[2]));
        QVERIFY(route[1].x() > route[0].x()); // out to the right, in from the left
        QVERIFY(route[route.size() - 2].x() < route.back().x());
        for (const QRectF& body : bodies)
            QVERIFY(!isUnder(route, body));
    }

    void wayBackGoesAroundItsOwnNode()
    {
        const QVector<QRectF> bodies { bodyAt(1, 0), bodyAt(0, 1) };
        const Route route = routeEdges(bodies, { { out(bodies[0]), in(bodies[1]), 0, 1 } }).front();
        QVERIFY(!route.isEmpty());
        QVERIFY(!isUnder(route, bodies[0]) && !isUnder(route, bodies[1]));
    }

    void linesOfOneTargetRunTogetherAndOthersApart()
    {
        // Three policies in a row go to one report below; another line crosses the same gap.
        const QVector<QRectF> bodies { bodyAt(0, 0), bodyAt(1, 0), bodyAt(2, 0), bodyAt(3, 1), bodyAt(0, 2) };
        QVector<RouteRequest> edges;
        for (int i = 0; i < 3; ++i)
            edges << RouteRequest { out(bodies[i]), in(bodies[3]), i, 10 };
        edges << RouteRequest { out(bodies[2], 1), in(bodies[4]), 3, 11 };
        const auto routes = routeEdges(bodies, edges);
        QVERIFY(together(routes[0], routes[1]) > 200);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(together(routes[i], routes[3]), 0.0);
    }

    void linesOfTwoColoursDoNotHideEachOther()
    {
        const QVector<QRectF> bodies { bodyAt(0, 0), bodyAt(1, 0), bodyAt(2, 0), bodyAt(3, 1) };
        QVector<RouteRequest> edges;
        for (int i = 0; i < 3; ++i)
            edges << RouteRequest { out(bodies[i]), in(bodies[3]), i, 10, i };
        const auto routes = routeEdges(bodies, edges);
        for (int i = 0; i < 3; ++i) // the last tracks, into the port, are everybody's
            QVERIFY(together(routes[i], routes[(i + 1) % 3]) <= 48);
    }

    void manyGraphsWithoutALineUnderANode()
    {
        std::mt19937 random(11);
        std::uniform_int_distribution<int> offset(-3, 3);
        for (int graph = 0; graph < 20; ++graph) {
            QVector<QRectF> bodies;
            for (int i = 0; i < 16; ++i)
                bodies << bodyAt(i % 4, i / 4).translated(8 * offset(random), 4 * offset(random));
            QVector<RouteRequest> edges;
            std::uniform_int_distribution<int> any(0, 15);
            for (int i = 0; i < 18; ++i) {
                const int from = any(random);
                const int to = any(random);
                if (from != to)
                    edges << RouteRequest { out(bodies[from]), in(bodies[to], i % 3), from,
                        100 + 3 * to + i % 3 };
            }
            const auto routes = routeEdges(bodies, edges);
            QCOMPARE(routes, routeEdges(bodies, edges)); // the same again
            for (const Route& route : routes) {
                QVERIFY(!route.isEmpty());
                for (const QRectF& body : bodies)
                    QVERIFY(!isUnder(route, body));
            }
        }
    }

    // What there is no time for is left to a curve, the longest edges first; the rest is as good as ever.
    void aLargeGraphLeavesItsLongestEdges()
    {
        QVector<QRectF> bodies;
        for (int i = 0; i < 300; ++i)
            bodies << bodyAt(i % 20, i / 20);
        QVector<RouteRequest> edges;
        for (int i = 0; i < 299; ++i)
            edges << RouteRequest { out(bodies[i]), in(bodies[i + 1]), i, 1000 + i, 0 };
        for (int i = 0; i < 100; ++i)
            edges << RouteRequest { out(bodies[i]), in(bodies[299 - i], 1), i, 2000 + i, 0 };
        const auto routes = routeEdges(bodies, edges);
        int numLeft = 0;
        for (qsizetype i = 0; i < routes.size(); ++i) {
            numLeft += routes[i].isEmpty() ? 1 : 0;
            for (const QRectF& body : bodies)
                QVERIFY(!isUnder(routes[i], body));
            if (i < 299 && i % 20 != 19) // neighbours
                QVERIFY(!routes[i].isEmpty());
        }
        QVERIFY(numLeft > 0 && numLeft <= 100);
    }

    void withoutRoomThereIsNoWay()
    {
        const QVector<QRectF> bodies { { 0, 0, 200, 140 }, { 204, 0, 200, 140 }, { 408, 0, 200, 140 } };
        const auto routes = routeEdges(bodies, { { { 200, 64 }, { 408, 64 }, 0, 1 } });
        QVERIFY(routes.front().isEmpty());
    }

    void theSceneGoesAroundANodeThatIsMovedIntoTheWay()
    {
        GraphScene scene;
        const auto node = [](const char* id, double x, double y) {
            GraphNode made;
            made.id = QString::fromLatin1(id);
            made.position = { x, y };
            GraphPort port;
            port.name = QStringLiteral("p");
            made.inputs << port;
            made.outputs << port;
            return made;
        };
        const QString port = QStringLiteral("p");
        const EdgeId id { QStringLiteral("a"), port, QStringLiteral("c"), port };
        GraphEdge edge;
        edge.id = id;
        const QVector<GraphNode> before { node("a", 0, 0), node("b", 400, 400), node("c", 800, 0) };
        scene.setGraph(before, { edge });
        const QPainterPath straight = scene.edgeItem(id)->shape();
        QVERIFY(straight.intersects(QRectF(450, 0, 100, 120)));
        scene.setGraph({ before[0], node("b", 400, 0), before[2] }, { edge });
        QVERIFY(!scene.edgeItem(id)->shape().intersects(scene.nodeItem(QStringLiteral("b"))->bodyRect()));
        scene.setGraph(before, { edge });
        QCOMPARE(scene.edgeItem(id)->shape(), straight);
    }
};

QTEST_MAIN(TestEdgeRouter)
#include "tst_edge_router.moc"
