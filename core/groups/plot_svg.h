// SPDX-License-Identifier: GPL-3.0-or-later
// A small plot of points with intervals as an SVG picture, for documents and for the window alike.
#pragma once

#include "core/groups/plot_axis.h"
#include "core/judge/statistics.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace msrl::groups {

struct PlotPoint
{
    double x = 0;
    double y = 0;
    std::optional<judge::Interval> xInterval;
    std::optional<judge::Interval> yInterval;
    std::string label; // beside the point; may be empty
};

struct Plot
{
    std::string title;
    std::string xTitle;
    std::string yTitle;
    std::vector<PlotPoint> points;
    bool connected = false; // a line from point to point, in their order
    std::string note; // one line below
};

std::string plotToSvg(const Plot& plot, const PlotLook& look = {});
// Where the points are in that picture: pixels from its left upper corner, in the order of the points.
std::vector<std::pair<double, double>> pointPlaces(const Plot& plot, const PlotLook& look = {});

} // namespace msrl::groups
