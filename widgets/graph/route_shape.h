// SPDX-License-Identifier: GPL-3.0-or-later
// How the way of an edge is drawn.
#pragma once

#include <QPainterPath>
#include <QPointF>
#include <QVector>

namespace msrl::widgets {

using Route = QVector<QPointF>; // corners from port to port

// The line through the corners, rounded.
QPainterPath roundedPath(const Route& corners);
// Where a label has most room: the middle of the longest horizontal part, or of the whole without one.
QPointF labelPlace(const Route& corners);

} // namespace msrl::widgets
