// SPDX-License-Identifier: GPL-3.0-or-later
// Small marks along the x axis of a plot: where checkpoints were written, where values were not finite.
#pragma once

#include "widgets/plot/custom_plot.h"

#include <QColor>
#include <QVector>

namespace msrl::widgets {

// Belongs to the plot that it is made for, which deletes it.
class CurveTicks : public QCPAbstractItem
{
public:
    enum Kind { Checkpoint, NotFinite, NumKinds }; // a triangle, a cross

    explicit CurveTicks(QCustomPlot* plot);

    void add(Kind kind, double x) { m_marks[kind] << x; }
    void clear(Kind kind) { m_marks[kind].clear(); }
    void setColour(Kind kind, const QColor& colour) { m_colours[kind] = colour; }
    const QVector<double>& marks(Kind kind) const { return m_marks[kind]; }

    double selectTest(const QPointF&, bool, QVariant* = nullptr) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override;

private:
    QVector<double> m_marks[NumKinds];
    QColor m_colours[NumKinds];
};

} // namespace msrl::widgets
