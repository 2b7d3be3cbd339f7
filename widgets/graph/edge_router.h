// SPDX-License-Identifier: GPL-3.0-or-later
// Ways for edges that can be followed by eye: horizontal and vertical lines around all nodes. Lines of a kind
// with an end in common run together as a bus, others keep apart. A*, on a grid of the tracks beside the
// nodes; the same graph always gives the same ways.
#pragma once

#include "widgets/graph/route_shape.h"

#include <QPointF>
#include <QRectF>
#include <QVector>

namespace msrl::widgets {

// An edge that leaves to the right of `from` and arrives from the left at `to`. Edges with the same source
// port, and edges of one kind (colour) with the same target port, may share their way.
struct RouteRequest
{
    QPointF from;
    QPointF to;
    int source = 0; // which port, as numbered by the caller
    int target = 0;
    int kind = 0;

    bool operator==(const RouteRequest&) const = default;
};

inline constexpr int kMaxGridPoints = 30000;

// A route for each of the edges. Empty where no way was found: nodes that lie too close, and what would take
// too long in a large graph, the longest edges first; all edges of one with more than kMaxGridPoints
// crossings of tracks.
QVector<Route> routeEdges(const QVector<QRectF>& bodies, const QVector<RouteRequest>& edges);

} // namespace msrl::widgets
