// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of the scene: what lies in them and what they carry along.
#include "widgets/graph/frame_item.h"
#include "widgets/graph/graph_scene.h"
#include "widgets/graph/node_item.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

namespace msrl::widgets {

void GraphScene::setFrames(const QVector<GraphFrame>& frames)
{
    std::map<QString, FrameItem*> kept;
    for (const GraphFrame& frame : frames) {
        const auto known = m_frames.find(frame.id);
        if (known != m_frames.end()) {
            kept[frame.id] = known->second;
            m_frames.erase(known);
        } else {
            auto item = std::make_unique<FrameItem>(frame);
            kept[frame.id] = item.get();
            addItem(item.release());
        }
    }
    m_carried.clear();
    const auto gone = std::exchange(m_frames, std::move(kept));
    for (const auto& [id, item] : gone)
        delete item;
    for (const GraphFrame& frame : frames)
        if (FrameItem* item = m_frames[frame.id]; !(item->frame() == frame) || item->isMoved())
            item->setFrame(frame);
}

QStringList GraphScene::selectedFrames() const
{
    QStringList ids;
    for (const auto& [id, item] : m_frames)
        if (item->isSelected())
            ids << id;
    return ids;
}

FrameItem* GraphScene::frameItem(const QString& id) const
{
    const auto found = m_frames.find(id);
    return found == m_frames.end() ? nullptr : found->second;
}

QStringList GraphScene::nodesInside(const QString& frame) const
{
    QStringList ids;
    if (const FrameItem* item = frameItem(frame))
        for (const auto& [id, node] : m_nodes)
            if (item->area().contains(node->bodyRect().center()))
                ids << id;
    return ids;
}

QRectF GraphScene::frameAround(const QStringList& nodes) const
{
    QRectF all;
    for (const QString& id : nodes)
        if (const NodeItem* item = nodeItem(id))
            all |= item->bodyRect();
    if (all.isEmpty())
        return all;
    all.adjust(-kFramePad, -kFramePad - kFrameTitleHeight + kCanvasSnap, kFramePad, kFramePad);
    const auto down = [](double value) { return std::floor(value / kCanvasSnap) * kCanvasSnap; };
    const auto up = [](double value) { return std::ceil(value / kCanvasSnap) * kCanvasSnap; };
    return { QPointF(down(all.left()), down(all.top())), QPointF(up(all.right()), up(all.bottom())) };
}

FrameItem* GraphScene::frameNear(const QPointF& point) const
{
    const QList<QGraphicsItem*> under = items(point);
    for (QGraphicsItem* item : under)
        if (item->type() == FrameItem::Type)
            return static_cast<FrameItem*>(item);
    return nullptr;
}

void GraphScene::beginCarrying()
{
    m_carried.clear();
    const auto carry = [this](QGraphicsItem* item, const QPointF& middle) {
        if (item->isSelected())
            return; // moves by itself
        for (const auto& [id, frame] : m_frames)
            if (frame->isSelected() && !frame->isResizing() && frame->area().contains(middle)) {
                m_carried.push_back({ item, frame, item->pos() - frame->pos() });
                return;
            }
    };
    for (const auto& [id, node] : m_nodes)
        carry(node, node->bodyRect().center());
    for (const auto& [id, frame] : m_frames) {
        const bool within
            = std::any_of(m_frames.begin(), m_frames.end(), [&, inner = frame](const auto& outer) {
                  return outer.second != inner && outer.second->isSelected()
                      && outer.second->area().contains(inner->area());
              });
        if (within)
            carry(frame, frame->area().center());
    }
}

void GraphScene::carryAlong(const FrameItem& frame)
{
    for (const Carried& carried : m_carried)
        if (carried.by == &frame)
            carried.item->setPos(frame.pos() + carried.offset);
}

} // namespace msrl::widgets
