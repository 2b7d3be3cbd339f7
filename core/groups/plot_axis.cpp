// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/groups/plot_axis.h"

#include "core/base/markup.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

namespace msrl::groups {

namespace {

constexpr double kBeforeLine = 6; // from a figure to its line
constexpr double kHalfLetter = 4; // height of one

} // namespace

std::vector<double> axisTicks(double low, double high, int wanted)
{
    const double raw = (high - low) / wanted;
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    const double step = raw <= power ? power
        : raw <= 2 * power           ? 2 * power
        : raw <= 5 * power           ? 5 * power
                                     : 10 * power;
    std::vector<double> ticks;
    for (auto i = static_cast<std::int64_t>(std::ceil(low / step)); static_cast<double>(i) * step <= high;
         ++i)
        ticks.push_back(static_cast<double>(i) * step);
    return ticks;
}

std::string tickAcross(double y, double left, double right, const std::string& figure, const PlotLook& look)
{
    return fmt::format("<line x1=\"{0}\" y1=\"{1:.1f}\" x2=\"{2}\" y2=\"{1:.1f}\" stroke=\"{3}\"/>"
                       "<text x=\"{4}\" y=\"{5:.1f}\" fill=\"{6}\" text-anchor=\"end\">{7}</text>\n",
        left, y, right, look.line, left - kBeforeLine, y + kHalfLetter, look.secondary,
        base::escapeMarkup(figure));
}

std::string tickBelow(double x, double y, const std::string& figure, const PlotLook& look)
{
    return fmt::format("<text x=\"{:.1f}\" y=\"{}\" fill=\"{}\" text-anchor=\"middle\">{}</text>\n", x, y,
        look.secondary, base::escapeMarkup(figure));
}

} // namespace msrl::groups
