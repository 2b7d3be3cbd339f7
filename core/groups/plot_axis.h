// SPDX-License-Identifier: GPL-3.0-or-later
// The axes of all SVG pictures: where a value lies, which values get a mark, and how marks are drawn.
#pragma once

#include <string>
#include <vector>

namespace msrl::groups {

// What a picture is drawn with.
struct PlotLook
{
    int width = 640; // pixels
    int height = 420;
    std::string ground = "#FFFFFF"; // colours as SVG writes them
    std::string text = "#1B1F24";
    std::string secondary = "#5B6572";
    std::string line = "#DCE0E6";
    std::string series = "#0072B2";
    std::string font = "Inter, Helvetica, Arial, sans-serif"; // families, as SVG writes them
};

// Values for an axis over [low, high]: multiples of 1, 2 or 5 times a power of ten, about `wanted` of them,
// all within. REQUIRES: low < high, wanted > 0
std::vector<double> axisTicks(double low, double high, int wanted);

// A range of values and where it lies on the picture. REQUIRES: low < high
struct PlotAxis
{
    double low = 0;
    double high = 1;
    double from = 0; // pixels, of `low`
    double to = 1; // of `high`

    double at(double value) const { return from + (value - low) / (high - low) * (to - from); }
    std::vector<double> ticks(int wanted) const { return axisTicks(low, high, wanted); }
};

// The mark of a value on the axis that goes up: a line across the picture at `y` and the figure before it.
// `figure` is text, not markup; so below.
std::string tickAcross(
    double y, double left, double right, const std::string& figure, const PlotLook& look = {});
// The figure of a value on the axis that goes across, its letters standing on `y`.
std::string tickBelow(double x, double y, const std::string& figure, const PlotLook& look = {});

} // namespace msrl::groups
