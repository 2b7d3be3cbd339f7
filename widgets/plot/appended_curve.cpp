// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/appended_curve.h"

#include <algorithm>
#include <cmath>

namespace msrl::widgets {

void AppendedCurve::append(double x, double y)
{
    m_xs.push_back(x);
    m_ys.push_back(std::isfinite(y) ? y : kNoValue);
    if (!std::isfinite(y))
        m_notFinite.push_back(x);
}

void AppendedCurve::appendGap(double x)
{
    m_xs.push_back(x);
    m_ys.push_back(kNoValue);
}

void AppendedCurve::copyY(std::size_t first, std::size_t count, double* out) const
{
    std::copy_n(m_ys.begin() + static_cast<std::ptrdiff_t>(first), count, out);
}

std::pair<std::size_t, std::size_t> AppendedCurve::positions(double from, double to) const
{
    const auto first = std::lower_bound(m_xs.begin(), m_xs.end(), from);
    const auto last = std::upper_bound(first, m_xs.end(), to);
    const auto before = static_cast<std::size_t>(first - m_xs.begin());
    const auto upTo = static_cast<std::size_t>(last - m_xs.begin());
    return { before > 0 ? before - 1 : 0, std::min(upTo + 1, m_xs.size()) };
}

QVector<QPointF> AppendedCurve::window(double from, double to, int columns) const
{
    const auto [first, last] = positions(from, to);
    QVector<QPointF> points;
    if (columns <= 0 || last - first <= 3 * static_cast<std::size_t>(columns)) {
        for (std::size_t i = first; i < last; ++i)
            points << QPointF(m_xs[i], m_ys[i]);
        return points;
    }
    ColumnDecimator decimator(from, to, columns);
    for (std::size_t i = first; i < last; ++i)
        decimator.add(m_xs[i], m_ys[i]);
    return decimator.take();
}

QVector<double> AppendedCurve::notFinite(double from, double to) const
{
    const auto first = std::lower_bound(m_notFinite.begin(), m_notFinite.end(), from);
    return { first, std::upper_bound(first, m_notFinite.end(), to) };
}

} // namespace msrl::widgets
