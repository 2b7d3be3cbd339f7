// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/curve_pyramid.h"

#include <algorithm>
#include <cmath>

namespace msrl::models {

Extremes CurvePyramid::leaf(std::size_t index) const
{
    if (std::isnan(m_values[index]))
        return {};
    const auto position = static_cast<std::uint32_t>(index);
    return { position, position };
}

// Of the values of one node, which lie in one block.
Extremes CurvePyramid::ofLeaves(std::size_t first, std::size_t last) const
{
    static_assert(BlockList<double>::kBlock % kFactor == 0);
    const std::span<const double> values = m_values.stretch(first, last - first);
    std::size_t least = values.size();
    std::size_t greatest = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i]))
            continue;
        if (least == values.size())
            least = greatest = i;
        least = values[i] < values[least] ? i : least;
        greatest = values[i] > values[greatest] ? i : greatest;
    }
    if (least == values.size())
        return {};
    return { static_cast<std::uint32_t>(first + least), static_cast<std::uint32_t>(first + greatest) };
}

Extremes CurvePyramid::merged(Extremes a, Extremes b) const
{
    if (!a.any())
        return b;
    if (!b.any())
        return a;
    if (m_values[b.least] < m_values[a.least])
        a.least = b.least;
    if (m_values[b.greatest] > m_values[a.greatest])
        a.greatest = b.greatest;
    return a;
}

void CurvePyramid::append(double value)
{
    m_values.push_back(std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN());
    const std::size_t index = m_values.size() - 1;
    const Extremes added = leaf(index);
    std::size_t node = index;
    for (std::size_t level = 0;; ++level) {
        node /= kFactor;
        if (level == m_levels.size()) {
            // A level is worth having once the one below has more than one node.
            const std::size_t below = level == 0 ? m_values.size() : m_levels[level - 1].size();
            if (below <= kFactor)
                return;
            m_levels.emplace_back();
            rebuildTail(0);
            return;
        }
        if (node == m_levels[level].size())
            m_levels[level].push_back(added);
        else
            m_levels[level][node] = merged(m_levels[level][node], added);
    }
}

void CurvePyramid::append(std::span<const double> values)
{
    const std::size_t before = m_values.size();
    for (const double value : values)
        m_values.push_back(std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN());
    std::size_t below = m_values.size();
    const std::size_t levels = m_levels.size();
    for (std::size_t level = 0; below > kFactor; ++level) {
        if (level == m_levels.size())
            m_levels.emplace_back();
        below = (below + kFactor - 1) / kFactor;
    }
    rebuildTail(m_levels.size() > levels ? 0 : before);
}

void CurvePyramid::truncate(std::size_t size)
{
    if (size >= m_values.size())
        return;
    m_values.truncate(size);
    rebuildTail(size);
}

// Recomputes every node that covers a value at or after `from`.
void CurvePyramid::rebuildTail(std::size_t from)
{
    std::size_t below = m_values.size();
    std::size_t first = from;
    for (std::size_t level = 0; level < m_levels.size(); ++level) {
        auto& nodes = m_levels[level];
        nodes.resize((below + kFactor - 1) / kFactor);
        first /= kFactor;
        for (std::size_t node = first; node < nodes.size(); ++node) {
            const std::size_t end = std::min(below, (node + 1) * kFactor);
            if (level == 0) {
                nodes[node] = ofLeaves(node * kFactor, end);
                continue;
            }
            Extremes all;
            for (std::size_t child = node * kFactor; child < end; ++child)
                all = merged(all, m_levels[level - 1][child]);
            nodes[node] = all;
        }
        below = nodes.size();
    }
}

Extremes CurvePyramid::extremes(std::size_t first, std::size_t last) const
{
    last = std::min(last, m_values.size());
    Extremes left;
    Extremes right;
    // Climb from both ends; what is aligned to a node of the next level is answered there.
    for (std::size_t level = 0; first < last; ++level) {
        const auto at
            = [&](std::size_t index) { return level == 0 ? leaf(index) : m_levels[level - 1][index]; };
        const bool top = level >= m_levels.size();
        while (first < last && (top || first % kFactor != 0))
            left = merged(left, at(first++));
        while (first < last && last % kFactor != 0)
            right = merged(at(--last), right);
        first /= kFactor;
        last /= kFactor;
    }
    return merged(left, right);
}

} // namespace msrl::models
