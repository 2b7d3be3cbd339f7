// SPDX-License-Identifier: GPL-3.0-or-later
// The de-biased exponential moving average that the curves are smoothed with.
#pragma once

namespace msrl::widgets {

// s_t = sum_i w^(t-i) y_i / sum_i w^(t-i): no start-up bias, a constant passes through unchanged.
class Smoother
{
public:
    // Weights above this flatten everything and are capped.
    static constexpr double kMaximumWeight = 0.999;

    explicit Smoother(double weight);
    // NaN gives NaN (a gap) and leaves the average as it was.
    double next(double value);

private:
    double m_weight;
    double m_numerator = 0;
    double m_denominator = 0;
    double m_first = 0;
    bool m_constant = true;
};

} // namespace msrl::widgets
