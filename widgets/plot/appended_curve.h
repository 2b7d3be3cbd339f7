// SPDX-License-Identifier: GPL-3.0-or-later
// A curve that a plot is told point by point. For some hundred thousand points: every look at a part of it
// passes over all points of the part.
#pragma once

#include "widgets/plot/curve_source.h"

#include <vector>

namespace msrl::widgets {

class AppendedCurve : public CurveSource
{
public:
    // x must not fall behind the last one. A value that is not finite is kept as a gap that was measured.
    void append(double x, double y);
    void appendGap(double x); // nothing was measured

    std::size_t size() const override { return m_xs.size(); }
    double x(std::size_t index) const override { return m_xs[index]; }
    double y(std::size_t index) const override { return m_ys[index]; }
    void copyY(std::size_t first, std::size_t count, double* out) const override;
    std::pair<std::size_t, std::size_t> positions(double from, double to) const override;
    QVector<QPointF> window(double from, double to, int columns) const override;
    std::size_t numNotFinite() const override { return m_notFinite.size(); }
    QVector<double> notFinite(double from, double to) const override;
    std::uint64_t revision() const override { return 0; }

private:
    std::vector<double> m_xs;
    std::vector<double> m_ys;
    std::vector<double> m_notFinite; // their x
};

} // namespace msrl::widgets
