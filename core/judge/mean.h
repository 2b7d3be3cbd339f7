// SPDX-License-Identifier: GPL-3.0-or-later
// The arithmetic mean, summed in order; inside this folder.
#pragma once

#include <numeric>
#include <span>

namespace msrl::judge {

// 0 where there is nothing to take the mean of.
inline double meanOf(std::span<const double> values)
{
    return values.empty()
        ? 0
        : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

} // namespace msrl::judge
