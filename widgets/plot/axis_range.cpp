// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/axis_range.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace msrl::widgets {

namespace {

constexpr std::size_t kLeastValues = 20;
constexpr std::size_t kTail = 20; // one of so many may be left out on each side
constexpr double kFar = 3;
constexpr double kBeyond = 0.5;

} // namespace

AxisRange robustRange(std::vector<double> values)
{
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    if (values.empty())
        return {};
    const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
    AxisRange range { *least, *greatest, false, false };
    if (values.size() < kLeastValues)
        return range;
    const auto quantile = [&values](std::size_t place) {
        const auto at = values.begin() + static_cast<std::ptrdiff_t>(place);
        std::nth_element(values.begin(), at, values.end());
        return *at;
    };
    const std::size_t tail = values.size() / kTail;
    const double low = quantile(tail);
    const double high = quantile(values.size() - 1 - tail);
    const double spread = high - low;
    if (spread <= 0)
        return range;
    range.cutBelow = range.lower < low - kFar * spread;
    range.cutAbove = range.upper > high + kFar * spread;
    if (range.cutBelow)
        range.lower = low - kBeyond * spread;
    if (range.cutAbove)
        range.upper = high + kBeyond * spread;
    return range;
}

} // namespace msrl::widgets
