// SPDX-License-Identifier: GPL-3.0-or-later
// The replay ratio over the steps of a stage, as a line between points that are dragged. Double click adds a
// point, Delete or the right button takes one away. With the keyboard: Page Up and Page Down choose a point,
// the arrows move it, Insert adds one.
#pragma once

#include "core/data/replay_ratio.h"

#include <QWidget>

#include <vector>

namespace msrl::pages {

class ReplayCurve : public QWidget
{
    Q_OBJECT

public:
    using Points = std::vector<data::ReplayRatio::Point>;

    explicit ReplayCurve(QWidget* parent = nullptr);

    // REQUIRES: points that ReplayRatio::create() takes; steps of the stage, from 1 up.
    void setPoints(const Points& points, std::int64_t numSteps);
    const Points& points() const { return m_points; }
    // Where a point is drawn.
    QPointF place(const data::ReplayRatio::Point& point) const;

    QSize sizeHint() const override;

Q_SIGNALS:
    // gesture: the same for all values of one drag of a point.
    void edited(const msrl::pages::ReplayCurve::Points& points, int gesture);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRectF plot() const;
    double largestRatio() const;
    data::ReplayRatio::Point pointAt(const QPointF& place) const;
    int near(const QPointF& place) const; // index of the point under the mouse; -1: none
    void choose(int index);
    void move(int index, const data::ReplayRatio::Point& wanted);
    void add(const data::ReplayRatio::Point& point);
    void addBeside(int index);
    void remove(int index);
    QString describe(const data::ReplayRatio::Point& point) const;

    Points m_points;
    std::int64_t m_numSteps = 1;
    double m_top = 1; // of the axis, held while a point is dragged
    int m_chosen = 0;
    int m_gesture = 1;
    bool m_dragging = false;
};

} // namespace msrl::pages
