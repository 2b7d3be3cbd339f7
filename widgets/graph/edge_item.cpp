// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/edge_item.h"

#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QFontMetricsF>
#include <QGuiApplication>
#include <QPainter>
#include <QPainterPathStroker>
#include <QWidget>

#include <algorithm>
#include <cmath>

namespace msrl::widgets {

namespace {

constexpr double kLineWidth = 1.75;
constexpr double kBandWidth = 12; // of all samples that meet at one node
constexpr double kEdgeReach = 14; // width that takes the mouse
constexpr double kLabelRoom = 40;
constexpr double kGripRadius = 9; // around the ends of a selected edge, which can be taken off their ports

} // namespace

QPainterPath edgeCurve(const QPointF& from, const QPointF& to)
{
    const double reach = std::clamp(std::abs(to.x() - from.x()) * 0.5, 40.0, 160.0);
    QPainterPath path(from);
    path.cubicTo(from + QPointF(reach, 0), to - QPointF(reach, 0), to);
    return path;
}

EdgeItem::EdgeItem(const GraphEdge& edge)
    : m_edge(edge)
{
    setFlags(ItemIsSelectable);
    setAcceptHoverEvents(true);
    setZValue(0);
}

void EdgeItem::setEdge(const GraphEdge& edge)
{
    prepareGeometryChange();
    m_edge = edge;
    setToolTip(edge.isReplay ? QStringLiteral("New : replay = %1").arg(edge.label) : QString());
    setCursor(edge.isReplay ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void EdgeItem::setEnds(const QPointF& from, const QPointF& to)
{
    const QPainterPath curve = edgeCurve(from, to);
    setCurve(curve, curve.pointAtPercent(0.5));
}

void EdgeItem::setRoute(const Route& corners)
{
    setCurve(roundedPath(corners), labelPlace(corners));
}

void EdgeItem::setCurve(const QPainterPath& curve, const QPointF& label)
{
    prepareGeometryChange();
    m_curve = curve;
    m_label = label;
    update();
}

QPointF EdgeItem::labelPosition() const
{
    return mapToScene(m_label);
}

QRectF EdgeItem::boundingRect() const
{
    return m_curve.boundingRect().adjusted(-kLabelRoom, -kLabelRoom, kLabelRoom, kLabelRoom);
}

QPainterPath EdgeItem::shape() const
{
    QPainterPathStroker stroker;
    stroker.setWidth(std::max(width(), kEdgeReach));
    QPainterPath path = stroker.createStroke(m_curve);
    if (!m_edge.label.isEmpty())
        path.addEllipse(m_label, kLabelRoom / 2, kEdgeReach);
    return path;
}

void EdgeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget* widget)
{
    const Tokens& tokens = tokensFor(QGuiApplication::palette());
    painter->setRenderHint(QPainter::Antialiasing);
    QColor colour = portColour(tokens, m_edge.type);
    if (m_edge.share >= 0)
        colour = blend(tokens.window, colour, m_edge.isReplay ? 0.9 : 0.6);
    if (m_hovered)
        colour = blend(colour, tokens.text, 0.3);
    painter->setBrush(Qt::NoBrush);
    if (isSelected()) {
        painter->setPen(QPen(tokens.accent, width() + 4, Qt::SolidLine, Qt::FlatCap));
        painter->drawPath(m_curve);
        painter->setPen(QPen(tokens.accent, 2));
        for (const double end : { 0.0, 1.0 })
            painter->drawEllipse(m_curve.pointAtPercent(end), kGripRadius, kGripRadius);
    }
    painter->setPen(QPen(colour, width(), Qt::SolidLine, Qt::FlatCap));
    painter->drawPath(m_curve);
    if (m_edge.label.isEmpty())
        return;
    painter->setFont(strongFont(widget ? widget->font() : QFont(), -1));
    const double wide = QFontMetricsF(painter->font()).horizontalAdvance(m_edge.label) + 16;
    const QRectF pill(m_label.x() - wide / 2, m_label.y() - 10, wide, 20);
    painter->setPen(QPen(isSelected() || m_hovered ? tokens.accent : portColour(tokens, m_edge.type), 1));
    painter->setBrush(tokens.surface);
    painter->drawRoundedRect(pill, 10, 10);
    painter->setPen(tokens.text);
    painter->drawText(pill, Qt::AlignCenter, m_edge.label);
}

void EdgeItem::hoverEnterEvent(QGraphicsSceneHoverEvent*)
{
    m_hovered = true;
    update();
}

void EdgeItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*)
{
    m_hovered = false;
    update();
}

double EdgeItem::width() const
{
    return m_edge.share < 0 ? kLineWidth : std::max(kLineWidth, kBandWidth * m_edge.share);
}

} // namespace msrl::widgets
