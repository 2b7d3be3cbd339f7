// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/frame_item.h"

#include "widgets/graph/graph_scene.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QCursor>
#include <QFontMetricsF>
#include <QGraphicsSceneMouseEvent>
#include <QGuiApplication>
#include <QPainter>
#include <QPainterPathStroker>
#include <QWidget>

#include <algorithm>
#include <cmath>

namespace msrl::widgets {

namespace {

constexpr double kBorderReach = 10; // width of the border that takes the mouse
constexpr double kLeastWidth = 160;
constexpr double kLeastHeight = 96;
constexpr double kBehind = -2; // below nodes and edges
constexpr double kLargestTitle = 1.6; // how much larger a title gets where the canvas is small

double snapped(double value)
{
    return std::round(value / kCanvasSnap) * kCanvasSnap;
}

Qt::CursorShape cursorOf(Qt::Edges edges)
{
    const bool across = edges & (Qt::LeftEdge | Qt::RightEdge);
    const bool down = edges & (Qt::TopEdge | Qt::BottomEdge);
    if (across && down)
        return edges == (Qt::LeftEdge | Qt::TopEdge) || edges == (Qt::RightEdge | Qt::BottomEdge)
            ? Qt::SizeFDiagCursor
            : Qt::SizeBDiagCursor;
    return across ? Qt::SizeHorCursor : down ? Qt::SizeVerCursor : Qt::SizeAllCursor;
}

} // namespace

FrameItem::FrameItem(const GraphFrame& frame)
{
    setFlags(ItemIsMovable | ItemIsSelectable | ItemSendsGeometryChanges);
    setAcceptHoverEvents(true);
    setFrame(frame);
}

void FrameItem::setFrame(const GraphFrame& frame)
{
    m_frame = frame;
    setToolTip(frame.title);
    setArea(frame.area);
    m_home = area();
}

QRectF FrameItem::area() const
{
    return { pos(), m_size };
}

void FrameItem::setArea(const QRectF& area)
{
    prepareGeometryChange();
    m_size = area.size();
    setPos(area.topLeft());
    // A frame within a frame lies above it.
    setZValue(kBehind - std::min(1.0, area.width() * area.height() * 1e-9));
    update();
}

QRectF FrameItem::boundingRect() const
{
    return QRectF(QPointF(), m_size).adjusted(-kBorderReach, -kBorderReach, kBorderReach, kBorderReach);
}

QPainterPath FrameItem::shape() const
{
    QPainterPath border;
    border.addRect(QRectF(QPointF(), m_size));
    QPainterPathStroker stroker;
    stroker.setWidth(kBorderReach);
    QPainterPath path = stroker.createStroke(border);
    path.addRect(QRectF(0, 0, m_size.width(), kFrameTitleHeight));
    path.setFillRule(Qt::WindingFill);
    return path;
}

void FrameItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget* widget)
{
    const Tokens& tokens = tokensFor(QGuiApplication::palette());
    const QColor colour = frameColour(tokens, m_frame.colour);
    const QRectF box(QPointF(), m_size);
    painter->setRenderHint(QPainter::Antialiasing);
    QPainterPath outline;
    outline.addRoundedRect(box, kCardRadius, kCardRadius);
    QColor veil = colour;
    veil.setAlphaF(tokens.dark ? 0.14F : 0.09F);
    painter->fillPath(outline, veil);
    painter->setPen(isSelected()        ? QPen(tokens.accent, 2)
            : m_hovered || isResizing() ? QPen(colour, 2)
                                        : QPen(blend(tokens.window, colour, 0.55), 1));
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(outline);
    // A title is read from afar: where the canvas is small, it grows into the room above the stages.
    QFont font = strongFont(widget ? widget->font() : QFont(), 1);
    const double scale = std::clamp(1 / painter->worldTransform().m11(), 1.0, kLargestTitle);
    font.setPointSizeF(font.pointSizeF() * scale);
    painter->setFont(font);
    painter->setPen(blend(colour, tokens.text, 0.55));
    const QRectF title(kCardRadius + 4, 0, m_size.width() - 2 * (kCardRadius + 4), kFrameTitleHeight);
    painter->drawText(title, Qt::AlignVCenter | Qt::AlignLeft,
        QFontMetricsF(font, painter->device()).elidedText(m_frame.title, Qt::ElideRight, title.width()));
}

QVariant FrameItem::itemChange(GraphicsItemChange change, const QVariant& value)
{
    if (change == ItemPositionChange) {
        const QPointF wanted = value.toPointF();
        return QPointF(snapped(wanted.x()), snapped(wanted.y()));
    }
    if (change == ItemPositionHasChanged && !isResizing()) {
        if (auto* graph = qobject_cast<GraphScene*>(scene()))
            graph->carryAlong(*this);
    }
    return QGraphicsItem::itemChange(change, value);
}

void FrameItem::mousePressEvent(QGraphicsSceneMouseEvent* event)
{
    m_held = event->button() == Qt::LeftButton ? edgesAt(event->pos()) : Qt::Edges();
    QGraphicsItem::mousePressEvent(event); // selects
}

void FrameItem::mouseMoveEvent(QGraphicsSceneMouseEvent* event)
{
    if (isResizing())
        setArea(resized(event->scenePos()));
    else
        QGraphicsItem::mouseMoveEvent(event);
}

void FrameItem::mouseReleaseEvent(QGraphicsSceneMouseEvent* event)
{
    m_held = {};
    QGraphicsItem::mouseReleaseEvent(event);
}

void FrameItem::hoverMoveEvent(QGraphicsSceneHoverEvent* event)
{
    m_hovered = true;
    setCursor(cursorOf(edgesAt(event->pos())));
    update();
}

void FrameItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*)
{
    m_hovered = false;
    update();
}

Qt::Edges FrameItem::edgesAt(const QPointF& point) const
{
    const double reach = kBorderReach / 2;
    Qt::Edges edges;
    edges.setFlag(Qt::LeftEdge, point.x() <= reach);
    edges.setFlag(Qt::RightEdge, point.x() >= m_size.width() - reach);
    edges.setFlag(Qt::TopEdge, point.y() <= reach);
    edges.setFlag(Qt::BottomEdge, point.y() >= m_size.height() - reach);
    return edges;
}

QRectF FrameItem::resized(const QPointF& scenePoint) const
{
    QRectF area = this->area();
    const double x = snapped(scenePoint.x());
    const double y = snapped(scenePoint.y());
    if (m_held & Qt::LeftEdge)
        area.setLeft(std::min(x, area.right() - kLeastWidth));
    if (m_held & Qt::RightEdge)
        area.setRight(std::max(x, area.left() + kLeastWidth));
    if (m_held & Qt::TopEdge)
        area.setTop(std::min(y, area.bottom() - kLeastHeight));
    if (m_held & Qt::BottomEdge)
        area.setBottom(std::max(y, area.top() + kLeastHeight));
    return area;
}

} // namespace msrl::widgets
