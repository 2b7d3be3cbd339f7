// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/route_shape.h"

#include <algorithm>
#include <cmath>

namespace msrl::widgets {

namespace {

constexpr double kCornerRadius = 8;

} // namespace

QPainterPath roundedPath(const Route& corners)
{
    QPainterPath path;
    if (corners.isEmpty())
        return path;
    path.moveTo(corners.front());
    for (qsizetype i = 1; i + 1 < corners.size(); ++i) {
        const QPointF in = corners[i - 1] - corners[i];
        const QPointF out = corners[i + 1] - corners[i];
        const double inLength = std::hypot(in.x(), in.y());
        const double outLength = std::hypot(out.x(), out.y());
        const double radius = std::min({ kCornerRadius, inLength / 2, outLength / 2 });
        if (radius <= 0)
            continue;
        path.lineTo(corners[i] + in / inLength * radius);
        path.quadTo(corners[i], corners[i] + out / outLength * radius);
    }
    path.lineTo(corners.back());
    return path;
}

QPointF labelPlace(const Route& corners)
{
    double longest = 0;
    QPointF place = corners.isEmpty() ? QPointF() : corners[corners.size() / 2];
    for (qsizetype i = 1; i < corners.size(); ++i) {
        const double length = std::abs(corners[i].x() - corners[i - 1].x());
        if (length > longest) {
            longest = length;
            place = (corners[i] + corners[i - 1]) / 2;
        }
    }
    return place;
}

} // namespace msrl::widgets
