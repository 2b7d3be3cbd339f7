// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/replay_ratio.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace msrl::data {

namespace {

// Replayed samples due in steps 0 … numSteps - 1.
double replayDue(int batchSize, const ReplayRatio& ratio, std::int64_t numSteps)
{
    if (ratio.isConstant()) {
        const double samples = static_cast<double>(batchSize) * static_cast<double>(numSteps);
        return samples / (1 + ratio.at(0));
    }
    double due = 0;
    for (std::int64_t step = 0; step < numSteps; ++step)
        due += batchSize * ratio.shareAt(step);
    return due;
}

std::int64_t nearest(double value)
{
    return static_cast<std::int64_t>(std::floor(value + 0.5));
}

} // namespace

base::Result<ReplayRatio> ReplayRatio::create(std::vector<Point> points)
{
    if (points.empty())
        return base::badInput("the replay schedule has no points");
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!(points[i].ratio >= 0))
            return base::badInput(
                fmt::format("the replay ratio at step {} is {}", points[i].step, points[i].ratio), {},
                "expected a number from 0 up");
        if (points.size() > 1 && std::isinf(points[i].ratio))
            return base::badInput(fmt::format("the replay ratio at step {} is infinite", points[i].step));
        if (i > 0 && points[i].step <= points[i - 1].step)
            return base::badInput(fmt::format(
                "the replay schedule has step {} after step {}", points[i].step, points[i - 1].step));
    }
    ReplayRatio ratio;
    ratio.m_points = std::move(points);
    return ratio;
}

double ReplayRatio::at(std::int64_t step) const
{
    const auto after = std::find_if(
        m_points.begin(), m_points.end(), [step](const Point& point) { return point.step > step; });
    if (after == m_points.begin())
        return after->ratio;
    const Point& from = *(after - 1);
    if (after == m_points.end())
        return from.ratio;
    const double fraction
        = static_cast<double>(step - from.step) / static_cast<double>(after->step - from.step);
    return from.ratio + fraction * (after->ratio - from.ratio);
}

double ReplayRatio::shareAt(std::int64_t step) const
{
    return 1 / (1 + at(step));
}

bool ReplayRatio::usesReplay() const
{
    return m_points.size() > 1 || !std::isinf(m_points.front().ratio);
}

BatchComposition batchComposition(int batchSize, const ReplayRatio& ratio, std::int64_t step)
{
    assert(batchSize >= 0 && step >= 0);
    const auto before = nearest(replayDue(batchSize, ratio, step));
    const auto after = nearest(replayDue(batchSize, ratio, step + 1));
    const int replay = std::clamp(static_cast<int>(after - before), 0, batchSize);
    return { batchSize - replay, replay };
}

BatchComposition batchComposition(int batchSize, double ratio, std::int64_t step)
{
    return batchComposition(batchSize, ReplayRatio(ratio), step);
}

std::vector<bool> replayPlaces(const BatchComposition& composition)
{
    const std::int64_t size = composition.fresh + composition.replay;
    std::vector<bool> places(static_cast<std::size_t>(size));
    const auto dueBefore
        = [&](std::int64_t place) { return (2 * place * composition.replay + size) / (2 * size); };
    for (std::int64_t place = 0; place < size; ++place)
        places[static_cast<std::size_t>(place)] = dueBefore(place + 1) > dueBefore(place);
    return places;
}

} // namespace msrl::data
