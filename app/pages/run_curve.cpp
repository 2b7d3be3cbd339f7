// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/run_curve.h"

#include <algorithm>
#include <utility>

namespace msrl::pages {

RunCurve::RunCurve(const models::CurveSet& curves, std::string metric, std::string source,
    models::CurveAxis axis, std::string stage)
    : m_curves(curves)
    , m_metric(std::move(metric))
    , m_source(std::move(source))
    , m_axis(axis)
    , m_stage(std::move(stage))
{
    findStages();
}

void RunCurve::findStages()
{
    m_segments = m_curves.segments(m_metric, m_source);
    if (!m_stage.empty())
        std::erase_if(m_segments, [this](const models::CurveSegment& one) { return one.stage != m_stage; });
}

// A stage that another one goes before has a gap in front; one without points has nothing.
std::size_t RunCurve::size() const
{
    std::size_t size = 0;
    for (const models::CurveSegment& segment : m_segments) {
        if (segment.curve->size() > 0)
            size += segment.curve->size() + (size > 0 ? 1 : 0);
    }
    return size;
}

RunCurve::Place RunCurve::find(std::size_t index) const
{
    bool first = true;
    for (const models::CurveSegment& segment : m_segments) {
        const std::size_t size = segment.curve->size();
        if (size == 0)
            continue;
        if (!std::exchange(first, false)) {
            if (index == 0)
                return { &segment, 0, true };
            --index;
        }
        if (index < size)
            return { &segment, index, false };
        index -= size;
    }
    return {};
}

double RunCurve::x(std::size_t index) const
{
    const Place place = find(index);
    return m_curves.x(*place.segment, place.index, m_axis) / unit();
}

double RunCurve::y(std::size_t index) const
{
    const Place place = find(index);
    return place.isGap ? widgets::kNoValue : place.segment->curve->value(place.index);
}

void RunCurve::copyY(std::size_t first, std::size_t count, double* out) const
{
    while (count > 0) {
        const Place place = find(first);
        if (place.isGap) {
            *out++ = widgets::kNoValue;
            ++first;
            --count;
            continue;
        }
        const models::Curve& curve = *place.segment->curve;
        const std::span<const double> values = curve.pyramid().stretch(place.index, count);
        out = std::copy(values.begin(), values.end(), out);
        first += values.size();
        count -= values.size();
    }
}

// The gap before a stage stands where the stage begins.
std::size_t RunCurve::numBefore(double x, bool at) const
{
    std::size_t count = 0;
    bool first = true;
    for (const models::CurveSegment& segment : m_segments) {
        if (segment.curve->size() == 0)
            continue;
        const std::size_t points = m_curves.numBefore(segment, x * unit(), m_axis, at);
        count += points + (!std::exchange(first, false) && points > 0 ? 1 : 0);
    }
    return count;
}

std::pair<std::size_t, std::size_t> RunCurve::positions(double from, double to) const
{
    const std::size_t before = numBefore(from, false);
    const std::size_t upTo = std::max(before, numBefore(to, true));
    return { before > 0 ? before - 1 : 0, std::min(upTo + 1, size()) };
}

QVector<QPointF> RunCurve::window(double from, double to, int columns) const
{
    QVector<QPointF> points;
    for (const models::CurvePoint& point :
        m_curves.points(m_segments, m_axis, { from * unit(), to * unit(), columns }))
        points << QPointF(point.x / unit(), point.y);
    return points;
}

std::size_t RunCurve::numNotFinite() const
{
    std::size_t count = 0;
    for (const models::CurveSegment& segment : m_segments)
        count += segment.curve->notFinite().size();
    return count;
}

QVector<double> RunCurve::notFinite(double from, double to) const
{
    QVector<double> places;
    for (const models::CurveSegment& segment : m_segments) {
        for (const std::size_t index : segment.curve->notFinite()) {
            const double x = m_curves.x(segment, index, m_axis) / unit();
            if (x >= from && x <= to)
                places << x;
        }
    }
    return places;
}

// Points may only come at the end of the last stage.
std::uint64_t RunCurve::revision() const
{
    std::uint64_t revision = 1;
    const auto mix = [&revision](std::uint64_t value) { revision = revision * 1'000'003 + value; };
    for (const models::CurveSegment& segment : m_segments) {
        mix(static_cast<std::uint64_t>(segment.curve->generation()));
        mix(&segment == &m_segments.back() ? 0 : segment.curve->size());
    }
    return revision;
}

} // namespace msrl::pages
