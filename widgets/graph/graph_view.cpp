// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_view.h"

#include "widgets/graph/frame_item.h"
#include "widgets/graph/node_item.h"

#include <QMouseEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace msrl::widgets {

namespace {

constexpr double kSmallest = 0.25;
constexpr double kLargest = 4.0;
constexpr double kStep = 1.15;
constexpr double kFitMargin = 32;

} // namespace

GraphView::GraphView(QWidget* parent)
    : QGraphicsView(parent)
    , m_scene(new GraphScene(this))
{
    setScene(m_scene);
    setRenderHint(QPainter::Antialiasing);
    setViewportUpdateMode(BoundingRectViewportUpdate);
    setTransformationAnchor(AnchorUnderMouse);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAcceptDrops(true);
    setAccessibleName(tr("Stage graph"));
}

void GraphView::fit()
{
    const QRectF area = m_scene->itemsRect().adjusted(-kFitMargin, -kFitMargin, kFitMargin, kFitMargin);
    if (m_scene->itemsRect().isEmpty())
        return;
    const double scale = std::clamp(
        std::min(viewport()->width() / area.width(), viewport()->height() / area.height()), kSmallest, 1.0);
    setTransform(QTransform::fromScale(scale, scale));
    centerOn(area.center());
}

void GraphView::zoomBy(double factor)
{
    const double target = std::clamp(zoom() * factor, kSmallest, kLargest);
    scale(target / zoom(), target / zoom());
}

void GraphView::revealFrame(const QString& frame)
{
    if (const FrameItem* item = m_scene->frameItem(frame))
        ensureVisible(item->area(), 40, 40);
}

void GraphView::zoomIn()
{
    zoomBy(kStep);
}

void GraphView::zoomOut()
{
    zoomBy(1 / kStep);
}

void GraphView::resetZoom()
{
    resetTransform();
}

void GraphView::reveal(const QString& node)
{
    if (const NodeItem* item = m_scene->nodeItem(node))
        ensureVisible(item->sceneBoundingRect(), 40, 40);
}

void GraphView::step(const QPointF& direction)
{
    const QString next = m_scene->neighbour(direction);
    if (next.isEmpty())
        return;
    m_scene->select({ next });
    reveal(next);
}

void GraphView::nudge(const QPointF& direction)
{
    if (m_scene->selectedNodes().isEmpty() && m_scene->selectedFrames().isEmpty())
        step(direction);
    else
        m_scene->nudge(direction * kCanvasGrid);
}

void GraphView::release()
{
    m_scene->cancelConnection();
    m_scene->select({});
}

QPointF GraphView::centre() const
{
    return mapToScene(viewport()->rect().center());
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    const double notches = event->angleDelta().y() / 120.0;
    if (notches != 0)
        zoomBy(std::pow(kStep, notches));
    event->accept();
}

void GraphView::mousePressEvent(QMouseEvent* event)
{
    const bool onGround = itemAt(event->pos()) == nullptr && event->button() == Qt::LeftButton;
    const bool band = event->modifiers() & Qt::ShiftModifier;
    if (event->button() == Qt::MiddleButton || (onGround && !band)) {
        m_panning = true;
        m_panFrom = event->pos();
        viewport()->setCursor(Qt::ClosedHandCursor);
        if (onGround)
            m_scene->select({});
        setFocus();
        event->accept();
        return;
    }
    setDragMode(onGround && band ? RubberBandDrag : NoDrag);
    QGraphicsView::mousePressEvent(event);
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_panning) {
        const QPoint offset = event->pos() - m_panFrom;
        m_panFrom = event->pos();
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - offset.x());
        verticalScrollBar()->setValue(verticalScrollBar()->value() - offset.y());
        return;
    }
    QGraphicsView::mouseMoveEvent(event);
}

void GraphView::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_panning) {
        m_panning = false;
        viewport()->unsetCursor();
        return;
    }
    QGraphicsView::mouseReleaseEvent(event);
    setDragMode(NoDrag);
}

void GraphView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        viewport()->update();
    QGraphicsView::changeEvent(event);
}

} // namespace msrl::widgets
