// SPDX-License-Identifier: GPL-3.0-or-later
// A reliability diagram: how often those that claim a probability are right, against what they claim. On the
// dashed diagonal a claim says what it promises. Below it: how many claim so much.
#pragma once

#include <QVector>
#include <QWidget>

namespace msrl::widgets {

struct ReliabilityBar
{
    double from = 0; // the claims of this bar
    double to = 1;
    int count = 0; // 0: not drawn
    double claimed = 0; // mean claim
    double right = 0; // share that is right
    double low = 0; // interval of that share
    double high = 1;
};

class ReliabilityPlot : public QWidget
{
    Q_OBJECT

public:
    explicit ReliabilityPlot(QWidget* parent = nullptr);

    void setBars(const QVector<ReliabilityBar>& bars);
    // What stands in place of a diagram without bars.
    void setEmptyText(const QString& text);
    QSize sizeHint() const override { return { 320, 300 }; }
    QSize minimumSizeHint() const override { return { 200, 180 }; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF diagram() const;
    QPointF at(double x, double y) const;
    void paintAxes(QPainter& painter) const;
    void paintBar(QPainter& painter, const ReliabilityBar& bar, int most) const;

    QVector<ReliabilityBar> m_bars;
    QString m_empty;
};

} // namespace msrl::widgets
