// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/smooth_curve.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace msrl::widgets {

void SmoothCurve::setWeight(double weight)
{
    m_weight = weight;
    restart(m_revision);
}

void SmoothCurve::restart(std::uint64_t revision)
{
    m_smoother = Smoother(m_weight);
    m_states.clear();
    m_blocks.clear();
    m_size = 0;
    m_revision = revision;
}

void SmoothCurve::take(double value)
{
    if (m_size % kStretch == 0)
        m_states.push_back(m_smoother);
    const auto smooth = static_cast<float>(m_smoother.next(value));
    if (m_size % kBlock == 0) {
        m_blocks.push_back({ smooth, smooth, smooth });
    } else {
        Block& block = m_blocks.back();
        // fmin and fmax pass over a NaN: a gap is no value.
        block.least = std::fmin(block.least, smooth);
        block.greatest = std::fmax(block.greatest, smooth);
        block.last = smooth;
    }
    ++m_size;
}

void SmoothCurve::follow(const CurveSource& source)
{
    const std::size_t size = source.size();
    if (source.revision() != m_revision || size < m_size)
        restart(source.revision());
    std::array<double, kStretch> values {};
    while (m_size < size) {
        const std::size_t count = std::min(size - m_size, values.size());
        source.copyY(m_size, count, values.data());
        std::for_each_n(values.begin(), count, [this](double value) { take(value); });
    }
}

QVector<QPointF> SmoothCurve::window(const CurveSource& source, double from, double to, int columns) const
{
    auto [first, last] = source.positions(from, to);
    last = std::min(last, m_size);
    if (first >= last)
        return {};
    if (columns > 0 && last - first > kBlock * static_cast<std::size_t>(columns)) {
        // More points to a pixel than to a block: where in its block a value lies is not to be seen.
        ColumnDecimator decimator(from, to, columns);
        for (std::size_t i = first / kBlock; i * kBlock < last; ++i) {
            const double x = source.x(i * kBlock);
            decimator.add(x, static_cast<double>(m_blocks[i].least));
            decimator.add(x, static_cast<double>(m_blocks[i].greatest));
            decimator.add(x, static_cast<double>(m_blocks[i].last));
        }
        return decimator.take();
    }
    std::size_t at = first / kStretch * kStretch;
    Smoother smoother = m_states[first / kStretch];
    for (; at < first; ++at)
        smoother.next(source.y(at));
    const bool all = columns <= 0 || last - first <= 3 * static_cast<std::size_t>(columns);
    ColumnDecimator decimator(from, to, columns);
    QVector<QPointF> points;
    for (; at < last; ++at) {
        const QPointF point(source.x(at), smoother.next(source.y(at)));
        if (all)
            points << point;
        else
            decimator.add(point.x(), point.y());
    }
    return all ? points : decimator.take();
}

} // namespace msrl::widgets
