// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/smoothing.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace msrl::widgets {

Smoother::Smoother(double weight)
    : m_weight(std::clamp(weight, 0.0, kMaximumWeight))
{
}

double Smoother::next(double value)
{
    if (!std::isfinite(value))
        return std::numeric_limits<double>::quiet_NaN();
    if (m_denominator == 0)
        m_first = value;
    m_constant = m_constant && value == m_first;
    m_numerator = m_weight * m_numerator + value;
    m_denominator = m_weight * m_denominator + 1;
    return m_constant ? value : m_numerator / m_denominator;
}

} // namespace msrl::widgets
