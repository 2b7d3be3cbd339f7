// SPDX-License-Identifier: GPL-3.0-or-later
// The points of one step, collected and handed to the sink at once.
#pragma once

#include "core/base/clock.h"
#include "engine/stages/stage.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace msrl::stages {

class MetricBatch
{
public:
    MetricBatch(std::string stage, std::int64_t step)
        : m_stage(std::move(stage))
        , m_step(step)
        , m_timeMs(base::nowMs())
    {
    }

    // NaN (nothing to measure) is left out; infinities are kept, so that they are seen.
    void add(const std::string& name, double value, const std::string& source = {})
    {
        if (!std::isnan(value))
            m_rows.push_back({ 0, m_stage, m_step, name, source, value, m_timeMs });
    }

    void send(EventSink& sink) const { sink.metrics(m_rows); }

private:
    std::string m_stage;
    std::int64_t m_step;
    std::int64_t m_timeMs;
    std::vector<store::MetricRow> m_rows;
};

// Mean, spread and extremes of what is added; NaN without values.
class Tally
{
public:
    void add(double value)
    {
        m_count += 1;
        m_sum += value;
        m_squares += value * value;
        m_min = std::min(m_min, value);
        m_max = std::max(m_max, value);
    }

    bool empty() const { return m_count == 0; }
    double sum() const { return m_sum; }
    double mean() const { return empty() ? NAN : m_sum / m_count; }
    double deviation() const
    {
        return m_count < 2 ? NAN
                           : std::sqrt(std::max(0.0, (m_squares - m_sum * m_sum / m_count) / (m_count - 1)));
    }
    double min() const { return empty() ? NAN : m_min; }
    double max() const { return empty() ? NAN : m_max; }

private:
    double m_count = 0;
    double m_sum = 0;
    double m_squares = 0;
    double m_min = INFINITY;
    double m_max = -INFINITY;
};

} // namespace msrl::stages
