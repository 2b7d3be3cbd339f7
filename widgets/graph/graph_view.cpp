// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_view.h"

#include "widgets/graph/node_item.h"

#include <QKeyEvent>
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
    const QRectF area = m_scene->nodesRect().adjusted(-kFitMargin, -kFitMargin, kFitMargin, kFitMargin);
    if (m_scene->nodesRect().isEmpty())
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

void GraphView::resetZoom()
{
    resetTransform();
}

void GraphView::reveal(const QString& node)
{
    if (const NodeItem* item = m_scene->nodeItem(node))
        ensureVisible(item->sceneBoundingRect(), 40, 40);
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

void GraphView::keyPressEvent(QKeyEvent* event)
{
    if (stepKey(event))
        return;
    switch (event->key()) {
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        Q_EMIT removeRequested();
        return;
    case Qt::Key_F:
        fit();
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomBy(kStep);
        return;
    case Qt::Key_Minus:
        zoomBy(1 / kStep);
        return;
    case Qt::Key_0:
        resetZoom();
        return;
    case Qt::Key_Escape:
        m_scene->cancelConnection();
        m_scene->select({});
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (const QStringList selected = m_scene->selectedNodes(); !selected.isEmpty())
            Q_EMIT m_scene->nodeActivated(selected.first());
        return;
    default:
        QGraphicsView::keyPressEvent(event);
    }
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

bool GraphView::stepKey(QKeyEvent* event)
{
    QPointF direction;
    switch (event->key()) {
    case Qt::Key_Left:
        direction = { -1, 0 };
        break;
    case Qt::Key_Right:
        direction = { 1, 0 };
        break;
    case Qt::Key_Up:
        direction = { 0, -1 };
        break;
    case Qt::Key_Down:
        direction = { 0, 1 };
        break;
    default:
        return false;
    }
    if ((event->modifiers() & Qt::AltModifier) || m_scene->selectedNodes().isEmpty()) {
        const QString next = m_scene->neighbour(direction);
        if (!next.isEmpty()) {
            m_scene->select({ next });
            reveal(next);
        }
    } else {
        m_scene->nudge(direction * kCanvasGrid);
    }
    return true;
}

} // namespace msrl::widgets
