// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/curve_svg.h"

#include "core/base/markup.h"
#include "core/groups/plot_axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>

namespace msrl::report {

namespace {

constexpr double kWidth = kPictureWidth;
constexpr double kHeight = kPictureHeight;
constexpr double kLeft = 36;
constexpr double kRight = 12;
constexpr double kTop = 28;
constexpr double kBottom = 24;
constexpr std::size_t kBuckets = 100;
constexpr int kTicksAcross = 4;
constexpr int kTicksUp = 4;
constexpr double kLetter = 6; // width of one in the legend, on the safe side
// Told apart by people with any kind of colour vision (Okabe and Ito).
constexpr std::array kColours { "#0072B2", "#D55E00", "#009E73", "#CC79A7" };

struct Frame
{
    double firstStep = std::numeric_limits<double>::infinity();
    double lastStep = -std::numeric_limits<double>::infinity();
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();

    bool empty() const { return firstStep > lastStep; }

    void take(const CurvePoint& point)
    {
        firstStep = std::min(firstStep, point.step);
        lastStep = std::max(lastStep, point.step);
        low = std::min(low, point.value);
        high = std::max(high, point.value);
    }

    // A single value still needs a width.
    void widen()
    {
        if (lastStep == firstStep)
            lastStep = firstStep + 1;
        const double span = high > low ? high - low : 1;
        low -= 0.05 * span;
        high += 0.05 * span;
    }

    groups::PlotAxis steps() const { return { firstStep, lastStep, kLeft, kWidth - kRight }; }
    groups::PlotAxis values() const { return { low, high, kHeight - kBottom, kTop }; }
    double x(double step) const { return steps().at(step); }
    double y(double value) const { return values().at(value); }
};

Frame frameOf(std::span<const Curve> curves)
{
    Frame frame;
    for (const Curve& curve : curves) {
        for (const CurvePoint& point : curve.points)
            frame.take(point);
    }
    if (!frame.empty())
        frame.widen();
    return frame;
}

std::string axes(const Frame& frame)
{
    std::string svg;
    for (const double tick : frame.values().ticks(kTicksUp))
        svg += groups::tickAcross(frame.y(tick), kLeft, kWidth - kRight, fmt::format("{:.4g}", tick));
    for (const double tick : frame.steps().ticks(kTicksAcross))
        svg += groups::tickBelow(frame.x(tick), kHeight - kBottom + 16, fmt::format("{:.6g}", tick));
    return svg;
}

std::string lineOf(const Curve& curve, const Frame& frame, const char* colour)
{
    const std::vector<Bucket> buckets = bucketsOf(curve.points, kBuckets);
    std::string line;
    std::string above;
    std::string below;
    for (const Bucket& bucket : buckets) {
        const double x = frame.x(bucket.step);
        line += fmt::format("{:.1f},{:.1f} ", x, frame.y(bucket.mean));
        above += fmt::format("{:.1f},{:.1f} ", x, frame.y(bucket.high));
        below.insert(0, fmt::format("{:.1f},{:.1f} ", x, frame.y(bucket.low)));
    }
    std::string svg
        = fmt::format(R"(<polygon points="{}" fill="{}" fill-opacity="0.15"/>)", above + below, colour);
    if (buckets.size() == 1)
        svg += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="3" fill="{}"/>)", frame.x(buckets[0].step),
            frame.y(buckets[0].mean), colour);
    else
        svg += fmt::format(
            R"(<polyline points="{}" fill="none" stroke="{}" stroke-width="1.6"/>)", line, colour);
    return svg + "\n";
}

// From the right edge leftwards, in the title's line.
std::string legend(const std::vector<const Curve*>& shown)
{
    std::string svg;
    double right = kWidth - kRight;
    for (std::size_t i = shown.size(); i-- > 0;) {
        const std::string name = shown[i]->source.empty() ? "all" : shown[i]->source;
        svg += fmt::format(R"(<text x="{:.1f}" y="18" fill="{}" text-anchor="end">{}</text>)", right,
            kColours[i % kColours.size()], base::escapeMarkup(name));
        right -= kLetter * static_cast<double>(name.size()) + 12;
    }
    return svg + "\n";
}

} // namespace

std::vector<Bucket> bucketsOf(std::span<const CurvePoint> points, std::size_t wanted)
{
    std::vector<Bucket> buckets;
    if (points.empty())
        return buckets;
    const double first = points.front().step;
    const double width = (points.back().step - first) / static_cast<double>(wanted);
    std::size_t begin = 0;
    while (begin < points.size()) {
        const auto index
            = width > 0 ? static_cast<std::size_t>((points[begin].step - first) / width) : std::size_t { 0 };
        const double end = first + width * static_cast<double>(index + 1);
        Bucket bucket { 0, 0, points[begin].value, points[begin].value };
        std::size_t i = begin;
        do {
            bucket.step += points[i].step;
            bucket.mean += points[i].value;
            bucket.low = std::min(bucket.low, points[i].value);
            bucket.high = std::max(bucket.high, points[i].value);
            ++i;
        } while (i < points.size() && (points[i].step < end || index + 1 >= wanted));
        const auto count = static_cast<double>(i - begin);
        bucket.step /= count;
        bucket.mean /= count;
        buckets.push_back(bucket);
        begin = i;
    }
    return buckets;
}

std::string curvesToSvg(std::span<const Curve> curves, const std::string& title, const char* font)
{
    std::vector<const Curve*> shown;
    for (const Curve& curve : curves) {
        if (!curve.points.empty())
            shown.push_back(&curve);
    }
    const Frame frame = frameOf(curves);
    std::string svg = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" )"
        R"(font-family="{2}" font-size="10">)"
        "\n",
        kWidth, kHeight, font);
    svg += fmt::format(R"(<text x="4" y="18" fill="#1B1F24" font-size="11" font-weight="600">{}</text>)",
        base::escapeMarkup(title));
    if (frame.empty())
        return svg
            + R"(<text x="4" y="60" fill="#5B6572">no points</text></svg>)"
              "\n";
    svg += axes(frame);
    for (std::size_t i = 0; i < shown.size(); ++i)
        svg += lineOf(*shown[i], frame, kColours[i % kColours.size()]);
    if (shown.size() > 1)
        svg += legend(shown);
    return svg + "</svg>\n";
}

} // namespace msrl::report
