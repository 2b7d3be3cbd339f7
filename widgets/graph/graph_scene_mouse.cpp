// SPDX-License-Identifier: GPL-3.0-or-later
// What the mouse does to the scene.
#include "widgets/graph/edge_item.h"
#include "widgets/graph/frame_item.h"
#include "widgets/graph/graph_scene.h"
#include "widgets/graph/node_item.h"

#include <QApplication>
#include <QGraphicsSceneContextMenuEvent>
#include <QGraphicsSceneDragDropEvent>
#include <QGraphicsSceneMouseEvent>
#include <QMimeData>

#include <utility>

namespace msrl::widgets {

QString nodeTypeMime()
{
    return QStringLiteral("application/x-msrl-node-type");
}

void GraphScene::mousePressEvent(QGraphicsSceneMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        const PortId port = portNear(event->scenePos());
        if (port.isValid()) {
            beginDrag(port);
            event->accept();
            return;
        }
    }
    QGraphicsScene::mousePressEvent(event);
    beginCarrying();
    EdgeItem* edge = nodeNear(event->scenePos()) ? nullptr : edgeNear(event->scenePos());
    m_pressed = edge && event->button() == Qt::LeftButton ? edge->edge().id : EdgeId {};
    if (edge && edge->edge().isReplay && event->button() == Qt::LeftButton) {
        const EdgeId id = edge->edge().id; // the item may be gone after the signal
        Q_EMIT replayActivated(id);
    }
}

void GraphScene::mouseMoveEvent(QGraphicsSceneMouseEvent* event)
{
    const QPoint moved = event->screenPos() - event->buttonDownScreenPos(Qt::LeftButton);
    if (!m_drag && m_pressed.isValid() && moved.manhattanLength() >= QApplication::startDragDistance()) {
        const EdgeId edge = std::exchange(m_pressed, {});
        if (edgeItem(edge)) {
            liftEdge(edge, event->buttonDownScenePos(Qt::LeftButton));
            m_isKept = true; // whoever drags a line by its middle may not mean to cut it
        }
    }
    if (m_drag) {
        followConnection(event->scenePos());
        event->accept();
        return;
    }
    QGraphicsScene::mouseMoveEvent(event);
}

void GraphScene::mouseReleaseEvent(QGraphicsSceneMouseEvent* event)
{
    m_pressed = {};
    if (m_drag && event->button() == Qt::LeftButton) {
        finishConnection(event->scenePos());
        event->accept();
        return;
    }
    QGraphicsScene::mouseReleaseEvent(event);
    if (event->button() == Qt::LeftButton)
        reportMoves();
}

void GraphScene::mouseDoubleClickEvent(QGraphicsSceneMouseEvent* event)
{
    if (const NodeItem* node = nodeNear(event->scenePos())) {
        const QString id = node->node().id;
        Q_EMIT nodeActivated(id);
    } else if (const FrameItem* frame = frameNear(event->scenePos())) {
        const QString id = frame->frame().id;
        Q_EMIT frameActivated(id);
    } else if (!edgeNear(event->scenePos())) {
        Q_EMIT emptyActivated(event->scenePos());
    }
    event->accept();
}

void GraphScene::contextMenuEvent(QGraphicsSceneContextMenuEvent* event)
{
    selectUnder(event->scenePos());
    Q_EMIT menuRequested(event->screenPos());
    event->accept();
}

// A menu is about what it was asked for on; on the ground it is about nothing that is selected.
void GraphScene::selectUnder(const QPointF& point)
{
    QGraphicsItem* under = nodeNear(point);
    if (!under)
        under = edgeNear(point);
    if (!under)
        under = frameNear(point);
    if (under && under->isSelected())
        return;
    select({});
    if (under)
        under->setSelected(true);
}

void GraphScene::dragEnterEvent(QGraphicsSceneDragDropEvent* event)
{
    event->setAccepted(event->mimeData()->hasFormat(nodeTypeMime()));
}

void GraphScene::dragMoveEvent(QGraphicsSceneDragDropEvent* event)
{
    event->setAccepted(event->mimeData()->hasFormat(nodeTypeMime()));
}

void GraphScene::dropEvent(QGraphicsSceneDragDropEvent* event)
{
    if (!event->mimeData()->hasFormat(nodeTypeMime()))
        return;
    event->acceptProposedAction();
    Q_EMIT typeDropped(QString::fromUtf8(event->mimeData()->data(nodeTypeMime())), event->scenePos());
}

} // namespace msrl::widgets
