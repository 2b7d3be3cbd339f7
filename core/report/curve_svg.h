// SPDX-License-Identifier: GPL-3.0-or-later
// The curves of one stage as a small SVG picture.
#pragma once

#include "core/report/run_facts.h"

#include <span>
#include <string>
#include <vector>

namespace msrl::report {

// Size of a picture, in pixels of 1/96 inch.
inline constexpr int kPictureWidth = 236;
inline constexpr int kPictureHeight = 160;

// What one column of the picture shows of the points in it.
struct Bucket
{
    double step = 0; // mean
    double mean = 0;
    double low = 0;
    double high = 0;
};

// At most `wanted` buckets of equally many steps, empty ones left out. No spike is lost: the lowest low and
// the highest high are those of the points. REQUIRES: wanted > 0, points in order of steps
std::vector<Bucket> bucketsOf(std::span<const CurvePoint> points, std::size_t wanted);

// Families for a browser. Qt's SVG reader knows single names only.
inline constexpr const char* kBrowserFont = "Inter, Helvetica, Arial, sans-serif";

// A line per curve through the means, a band from low to high behind it, a legend where there are several
// curves. Curves without points are not drawn.
std::string curvesToSvg(
    std::span<const Curve> curves, const std::string& title, const char* font = kBrowserFont);

} // namespace msrl::report
