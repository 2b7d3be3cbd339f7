// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/curve_source.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace msrl::widgets {

QVector<QPointF> pointsAlone(const QVector<QPointF>& points)
{
    const auto isGap
        = [&points](qsizetype i) { return i < 0 || i >= points.size() || std::isnan(points[i].y()); };
    QVector<QPointF> alone;
    for (qsizetype i = 0; i < points.size(); ++i)
        if (!isGap(i) && isGap(i - 1) && isGap(i + 1))
            alone << points[i];
    return alone;
}

ColumnDecimator::ColumnDecimator(double from, double to, int columns)
    : m_from(from)
    , m_width((to - from) / std::max(columns, 1))
{
}

void ColumnDecimator::add(double x, double y)
{
    const double column = m_width > 0 ? std::floor((x - m_from) / m_width) : 0;
    if (m_any && column != m_column)
        endColumn();
    m_column = column;
    m_any = true;
    m_last = { x, y };
    if (std::isnan(y))
        return;
    if (!m_anyFinite || y < m_least.y())
        m_least = m_last;
    if (!m_anyFinite || y > m_greatest.y())
        m_greatest = m_last;
    m_anyFinite = true;
}

void ColumnDecimator::endColumn()
{
    if (m_anyFinite) {
        const bool leastFirst = m_least.x() <= m_greatest.x();
        m_points << (leastFirst ? m_least : m_greatest);
        if (m_least != m_greatest)
            m_points << (leastFirst ? m_greatest : m_least);
    }
    if (!m_anyFinite || m_points.back() != m_last)
        m_points << m_last;
    m_any = m_anyFinite = false;
}

QVector<QPointF> ColumnDecimator::take()
{
    if (m_any)
        endColumn();
    return std::exchange(m_points, {});
}

} // namespace msrl::widgets
