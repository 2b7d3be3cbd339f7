// SPDX-License-Identifier: GPL-3.0-or-later
// The canvas: pan by dragging the ground (or with the middle button), Shift-drag for a rubber band, wheel to
// zoom. Keys: arrows nudge, Alt+arrows go to the next node, F fits, + and - zoom, 0 is full size, Return
// activates.
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
    void resetZoom();
    void reveal(const QString& node);
    double zoom() const { return transform().m11(); }
    // The scene point in the middle of what is shown.
    QPointF centre() const;

Q_SIGNALS:
    void removeRequested();

protected:
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    bool stepKey(QKeyEvent* event);

    GraphScene* m_scene = nullptr;
    bool m_panning = false;
    QPoint m_panFrom;
};

} // namespace msrl::widgets
