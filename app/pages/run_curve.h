// SPDX-License-Identifier: GPL-3.0-or-later
// One line of a run as a plot draws it: a metric of a source through all stages, parted by gaps.
#pragma once

#include "app/models/curve_set.h"
#include "widgets/plot/curve_source.h"

#include <string>
#include <vector>

namespace msrl::pages {

inline constexpr double kSecondsPerMinute = 60;

// Minutes on the time axis. Lives no longer than what the curve set holds: gone with CurveSet::cleared().
class RunCurve : public widgets::CurveSource
{
public:
    // stage: only what this one logged; empty: all.
    RunCurve(const models::CurveSet& curves, std::string metric, std::string source, models::CurveAxis axis,
        std::string stage = {});

    void findStages(); // a stage may have come, or an earlier one have moved it along the axis

    std::size_t size() const override;
    double x(std::size_t index) const override;
    double y(std::size_t index) const override;
    void copyY(std::size_t first, std::size_t count, double* out) const override;
    std::pair<std::size_t, std::size_t> positions(double from, double to) const override;
    QVector<QPointF> window(double from, double to, int columns) const override;
    std::size_t numNotFinite() const override;
    QVector<double> notFinite(double from, double to) const override;
    std::uint64_t revision() const override;

private:
    // A point of a stage, or the gap before it.
    struct Place
    {
        const models::CurveSegment* segment = nullptr;
        std::size_t index = 0;
        bool isGap = false;
    };
    Place find(std::size_t index) const;
    std::size_t numBefore(double x, bool at) const; // gaps too; with `at` what lies there counts
    double unit() const { return m_axis == models::CurveAxis::Time ? kSecondsPerMinute : 1; }

    const models::CurveSet& m_curves;
    std::string m_metric;
    std::string m_source;
    models::CurveAxis m_axis;
    std::string m_stage;
    std::vector<models::CurveSegment> m_segments;
};

} // namespace msrl::pages
