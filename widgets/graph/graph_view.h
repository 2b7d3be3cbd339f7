// SPDX-License-Identifier: GPL-3.0-or-later
// The canvas: pan by dragging the ground (or with the middle button), Shift-drag for a rubber band, wheel to
// zoom. It has no keys of its own: whoever owns it binds keys to the calls.
#pragma once

#include "widgets/graph/graph_scene.h"

#include <QGraphicsView>

namespace msrl::widgets {

class GraphView : public QGraphicsView
{
    Q_OBJECT

public:
    explicit GraphView(QWidget* parent = nullptr);

    GraphScene* graph() { return m_scene; }
    void fit();
    void zoomBy(double factor);
    void zoomIn(); // by one notch of the wheel
    void zoomOut();
    void resetZoom();
    void reveal(const QString& node);
    void revealFrame(const QString& frame);
    // Selects the next node in that direction, a unit step in x or y, and shows it.
    void step(const QPointF& direction);
    // Moves what is selected by one step of the grid; without a selection as step().
    void nudge(const QPointF& direction);
    // Gives up the edge that is being drawn, and the selection.
    void release();
    double zoom() const { return transform().m11(); }
    // The scene point in the middle of what is shown.
    QPointF centre() const;

protected:
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    GraphScene* m_scene = nullptr;
    bool m_panning = false;
    QPoint m_panFrom;
};

} // namespace msrl::widgets
