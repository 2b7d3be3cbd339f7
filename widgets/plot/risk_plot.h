// SPDX-License-Identifier: GPL-3.0-or-later
// A risk-coverage curve with a threshold to drag: to the right more is accepted, upwards more of it is wrong.
// Left and Right move the threshold from point to point, Home and End to the ends.
#pragma once

#include <QVector>
#include <QWidget>

namespace msrl::widgets {

struct RiskCurvePoint
{
    double threshold = 0; // accepted from this value up
    double coverage = 0; // share that is accepted
    double risk = 0; // share of those that is wrong
    double low = 0; // interval of the risk
    double high = 1;
};

class RiskPlot : public QWidget
{
    Q_OBJECT

public:
    explicit RiskPlot(QWidget* parent = nullptr);

    // By rising coverage. The threshold stays at the point that is nearest to where it was.
    void setPoints(const QVector<RiskCurvePoint>& points);
    void setThreshold(double threshold);
    double threshold() const { return m_threshold; }
    void setEmptyText(const QString& text);
    // Where a point is drawn, for the mouse.
    QPointF place(qsizetype point) const;
    QSize sizeHint() const override { return { 420, 300 }; }
    QSize minimumSizeHint() const override { return { 220, 180 }; }

Q_SIGNALS:
    void thresholdMoved(double threshold);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    QRectF diagram() const;
    QPointF at(double coverage, double risk) const;
    qsizetype current() const; // the last point whose threshold is not below; -1 without points
    void moveTo(qsizetype point);
    void moveToMouse(double x);
    void paintAxes(QPainter& painter) const;
    void paintThreshold(QPainter& painter) const;

    QVector<RiskCurvePoint> m_points;
    double m_threshold = 0;
    double m_top = 1; // greatest risk that is shown
    QString m_empty;
};

} // namespace msrl::widgets
