// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/curve.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace msrl::models {

void Curve::append(std::int64_t step, std::int64_t timeMs, double value)
{
    truncateAfter(step - 1);
    appendPlace(step, timeMs, value);
    m_pyramid.append(value);
}

void Curve::append(const store::MetricChunk& chunk)
{
    const bool rises = std::adjacent_find(chunk.steps.begin(), chunk.steps.end(), std::greater_equal<>())
        == chunk.steps.end();
    if (!rises) { // the later of two points of a step takes the place of the earlier one
        for (std::size_t i = 0; i < chunk.steps.size(); ++i)
            append(chunk.steps[i], chunk.timesMs[i], chunk.values[i]);
        return;
    }
    if (!chunk.steps.empty())
        truncateAfter(chunk.steps.front() - 1);
    for (std::size_t i = 0; i < chunk.steps.size(); ++i)
        appendPlace(chunk.steps[i], chunk.timesMs[i], chunk.values[i]);
    m_pyramid.append(chunk.values);
}

void Curve::appendPlace(std::int64_t step, std::int64_t timeMs, double value)
{
    // The axis needs times that do not run backwards, whatever the system clock did.
    if (!m_timesMs.empty())
        timeMs = std::max(timeMs, m_timesMs.back());
    if (!std::isfinite(value))
        m_notFinite.push_back(size());
    m_steps.append(step);
    m_timesMs.append(timeMs);
}

void Curve::truncateAfter(std::int64_t step)
{
    if (m_steps.empty() || m_steps.back() <= step)
        return;
    const std::size_t at = numUpTo(step);
    m_steps.truncate(at);
    m_timesMs.truncate(at);
    m_pyramid.truncate(at);
    m_notFinite.erase(std::lower_bound(m_notFinite.begin(), m_notFinite.end(), at), m_notFinite.end());
    ++m_generation;
}

std::size_t Curve::numUpTo(std::int64_t step) const
{
    return firstWhere(0, size(), [&](std::size_t i) { return m_steps.at(i) > step; });
}

} // namespace msrl::models
