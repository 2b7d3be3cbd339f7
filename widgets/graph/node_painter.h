// SPDX-License-Identifier: GPL-3.0-or-later
// Where the parts of a node lie and how they are drawn. Coordinates are relative to the node's top left
// corner.
#pragma once

#include "widgets/graph/graph_types.h"
#include "widgets/theme/tokens.h"

#include <QPainterPath>
#include <QRectF>

class QFont;
class QPainter;

namespace msrl::widgets {

QRectF nodeBody(const GraphNode& node);
QPointF portPosition(const GraphNode& node, int index, bool output);
// Colour alone never tells a port's type: each type has its own outline.
QPainterPath portShape(int type, const QPointF& centre, double radius);

struct NodeLook
{
    bool selected = false;
    bool hovered = false;
};

void paintNode(
    QPainter& painter, const GraphNode& node, const Tokens& tokens, const QFont& font, NodeLook look);
// Below this zoom no word can be read.
inline constexpr double kReadableZoom = 0.4;
// From far away: what kind of stage it is, its state's colour, and whether something is wrong with it.
void paintNodeFar(QPainter& painter, const GraphNode& node, const Tokens& tokens, NodeLook look);

} // namespace msrl::widgets
