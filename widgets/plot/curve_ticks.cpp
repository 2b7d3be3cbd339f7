// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/curve_ticks.h"

namespace msrl::widgets {

namespace {

constexpr int kHalf = 3; // pixels

} // namespace

CurveTicks::CurveTicks(QCustomPlot* plot)
    : QCPAbstractItem(plot)
{
    setSelectable(false);
    setClipToAxisRect(false);
}

void CurveTicks::draw(QCPPainter* painter)
{
    const QRect area = mParentPlot->axisRect()->rect();
    const int base = area.bottom();
    for (int kind = 0; kind < NumKinds; ++kind) {
        painter->setPen(QPen(m_colours[kind], 1));
        painter->setBrush(kind == Checkpoint ? QBrush(m_colours[kind]) : QBrush(Qt::NoBrush));
        int drawn = -1; // marks closer than a pixel would be drawn over each other
        for (const double x : m_marks[kind]) {
            const double pixel = mParentPlot->xAxis->coordToPixel(x);
            const int at = qRound(pixel);
            if (at == drawn || pixel < area.left() || pixel > area.right() + 1)
                continue;
            drawn = at;
            if (kind == Checkpoint) {
                painter->drawPolygon(QPolygon {
                    QPoint(at - kHalf, base), QPoint(at + kHalf, base), QPoint(at, base - 2 * kHalf + 1) });
            } else {
                const int top = base - 4 * kHalf; // above the triangles
                painter->drawLine(QLineF(at - kHalf, top - kHalf, at + kHalf, top + kHalf));
                painter->drawLine(QLineF(at - kHalf, top + kHalf, at + kHalf, top - kHalf));
            }
        }
    }
}

} // namespace msrl::widgets
