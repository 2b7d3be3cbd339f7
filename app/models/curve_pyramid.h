// SPDX-License-Identifier: GPL-3.0-or-later
// Values of one curve with a pyramid of extremes over them, so that the least and the greatest value of any
// stretch are found without looking at every point. Decimation built on it can never hide a spike.
#pragma once

#include "app/models/block_list.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace msrl::models {

// Positions of the least and greatest value of a stretch; both kNone where it holds no finite value.
struct Extremes
{
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t least = kNone;
    std::uint32_t greatest = kNone;

    bool any() const { return least != kNone; }
};

class CurvePyramid
{
public:
    // A value that is not finite is kept as NaN: a gap, never an extreme.
    void append(double value);
    // The same, faster for many at once.
    void append(std::span<const double> values);
    // Forgets all values from `size` on.
    void truncate(std::size_t size);

    std::size_t size() const { return m_values.size(); }
    double value(std::size_t index) const { return m_values[index]; }
    // Values from `first` on that lie together, at least one and at most `count`.
    // REQUIRES: first < size()
    std::span<const double> stretch(std::size_t first, std::size_t count) const
    {
        return m_values.stretch(first, count);
    }

    // Of the positions [first, last). Ties keep the earliest.
    Extremes extremes(std::size_t first, std::size_t last) const;

private:
    Extremes merged(Extremes a, Extremes b) const;
    Extremes leaf(std::size_t index) const;
    Extremes ofLeaves(std::size_t first, std::size_t last) const;
    void rebuildTail(std::size_t from);

    static constexpr std::size_t kFactor = 8;

    BlockList<double> m_values;
    // m_levels[k][i] covers the values [i, i + 1) · kFactor^(k + 1).
    std::vector<std::vector<Extremes>> m_levels;
};

} // namespace msrl::models
