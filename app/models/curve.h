// SPDX-License-Identifier: GPL-3.0-or-later
// The points of one curve of one stage as they come in.
#pragma once

#include "app/models/curve_pyramid.h"
#include "app/models/offset_column.h"
#include "core/store/metric_chunk.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace msrl::models {

// The first position in [first, last) that the condition holds at; it holds at all later ones too.
std::size_t firstWhere(std::size_t first, std::size_t last, const auto& condition)
{
    while (first < last) {
        const std::size_t middle = first + (last - first) / 2;
        if (condition(middle))
            last = middle;
        else
            first = middle + 1;
    }
    return first;
}

// One stage's curve. Steps grow; a step that was logged before (a run resumed from a checkpoint) takes the
// place of everything from it on, as what the lost process wrote after its last checkpoint never happened.
class Curve
{
public:
    void append(std::int64_t step, std::int64_t timeMs, double value);
    void append(const store::MetricChunk& chunk);
    // Forgets the points after `step`.
    void truncateAfter(std::int64_t step);
    std::size_t numUpTo(std::int64_t step) const; // points up to this step
    // Grows whenever points were taken back: what was copied before is no longer the beginning of this.
    int generation() const { return m_generation; }

    std::size_t size() const { return m_steps.size(); }
    std::int64_t step(std::size_t index) const { return m_steps.at(index); }
    std::int64_t timeMs(std::size_t index) const { return m_timesMs.at(index); }
    double value(std::size_t index) const { return m_pyramid.value(index); }
    const CurvePyramid& pyramid() const { return m_pyramid; }
    // Positions of the values that are not finite, rising.
    const std::vector<std::size_t>& notFinite() const { return m_notFinite; }

private:
    void appendPlace(std::int64_t step, std::int64_t timeMs, double value); // all but the value

    OffsetColumn m_steps;
    OffsetColumn m_timesMs;
    CurvePyramid m_pyramid;
    std::vector<std::size_t> m_notFinite;
    int m_generation = 0;
};

} // namespace msrl::models
