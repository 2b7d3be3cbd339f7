// SPDX-License-Identifier: GPL-3.0-or-later
// The moving average of a curve, for curves of any length: the average is taken over all points, whatever is
// shown, and drawn without keeping a value per point.
#pragma once

#include "widgets/plot/curve_source.h"
#include "widgets/plot/smoothing.h"

#include <vector>

namespace msrl::widgets {

class SmoothCurve
{
public:
    void setWeight(double weight); // forgets what was smoothed
    // Takes in what came since the last call; all anew when the source is no longer a continuation.
    void follow(const CurveSource& source);
    // As CurveSource::window(). Of what follow() has seen.
    QVector<QPointF> window(const CurveSource& source, double from, double to, int columns) const;

private:
    static constexpr std::size_t kBlock = 16; // points with one least, greatest and last value
    static constexpr std::size_t kStretch = 1024; // points from one kept state to the next
    struct Block
    {
        float least = 0;
        float greatest = 0;
        float last = 0;
    };

    void restart(std::uint64_t revision);
    void take(double value);

    double m_weight = 0;
    Smoother m_smoother { 0 };
    std::vector<Smoother> m_states; // before the points 0, kStretch, 2 · kStretch, …
    std::vector<Block> m_blocks;
    std::size_t m_size = 0;
    std::uint64_t m_revision = 0;
};

} // namespace msrl::widgets
