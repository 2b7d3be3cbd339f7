// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/replay_ratio.h"

#include "core/base/trimmed.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <optional>

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

template <class Number> std::optional<Number> numberOf(std::string_view text)
{
    Number number {};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
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

base::Result<ReplayRatio> ReplayRatio::parse(std::string_view text)
{
    constexpr std::string_view kBlank = " \t";
    std::vector<Point> points;
    for (bool more = true; more;) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view entry = base::trimmed(text.substr(0, comma), kBlank);
        const std::size_t colon = std::min(entry.find(':'), entry.size());
        const auto step = numberOf<std::int64_t>(base::trimmed(entry.substr(0, colon), kBlank));
        const auto ratio
            = numberOf<double>(base::trimmed(entry.substr(std::min(colon + 1, entry.size())), kBlank));
        if (!step || *step < 0 || !ratio || !(*ratio > 0) || std::isinf(*ratio))
            return base::badInput(fmt::format("'{}' is not of the form step:ratio", entry), {},
                "for example 0:9, 100:5; steps from 0 up, ratios above 0");
        points.push_back({ *step, *ratio });
        more = comma < text.size();
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return create(std::move(points));
}

std::string ReplayRatio::text() const
{
    std::vector<std::string> parts;
    for (const Point& point : m_points)
        parts.push_back(fmt::format("{}:{}", point.step, point.ratio));
    return fmt::format("{}", fmt::join(parts, ", "));
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
    const auto before = replayedBefore(batchSize, ratio, step);
    const auto after = replayedBefore(batchSize, ratio, step + 1);
    const int replay = std::clamp(static_cast<int>(after - before), 0, batchSize);
    return { batchSize - replay, replay };
}

std::int64_t replayedBefore(int batchSize, const ReplayRatio& ratio, std::int64_t step)
{
    return nearest(replayDue(batchSize, ratio, step));
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
