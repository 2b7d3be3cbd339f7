// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/curve_svg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace msrl::report {
namespace {

std::vector<CurvePoint> wave(std::size_t count)
{
    std::vector<CurvePoint> points;
    for (std::size_t i = 0; i < count; ++i)
        points.push_back({ static_cast<double>(3 * i), std::sin(0.01 * static_cast<double>(i)) });
    return points;
}

// Buckets weigh what they hold, so only sums over all of them can be compared with the points.
TEST(CurveSvg, bucketsKeepEverySpikeAndTheOrder)
{
    for (const std::size_t count : { 1UL, 2UL, 139UL, 140UL, 141UL, 5000UL }) {
        std::vector<CurvePoint> points = wave(count);
        points[count / 2].value = 17;
        const std::vector<Bucket> buckets = bucketsOf(points, 140);
        ASSERT_LE(buckets.size(), 140u);
        double high = buckets[0].high;
        double low = buckets[0].low;
        for (std::size_t i = 0; i < buckets.size(); ++i) {
            high = std::max(high, buckets[i].high);
            low = std::min(low, buckets[i].low);
            EXPECT_LE(buckets[i].low, buckets[i].mean + 1e-12);
            EXPECT_GE(buckets[i].high, buckets[i].mean - 1e-12);
            EXPECT_TRUE(i == 0 || buckets[i].step > buckets[i - 1].step) << i;
        }
        EXPECT_EQ(high, 17);
        const auto lowest = std::min_element(points.begin(), points.end(),
            [](const CurvePoint& a, const CurvePoint& b) { return a.value < b.value; });
        EXPECT_EQ(low, lowest->value);
    }
}

TEST(CurveSvg, fewPointsAreTheirOwnBuckets)
{
    const std::vector<CurvePoint> points { { 0, 1 }, { 10, 3 }, { 20, 2 } };
    const std::vector<Bucket> buckets = bucketsOf(points, 140);
    ASSERT_EQ(buckets.size(), 3u);
    for (std::size_t i = 0; i < points.size(); ++i) {
        EXPECT_EQ(buckets[i].step, points[i].step);
        EXPECT_EQ(buckets[i].mean, points[i].value);
    }
    EXPECT_TRUE(bucketsOf({}, 140).empty());
}

TEST(CurveSvg, aLegendTellsSourcesApartAndTitlesAreEscaped)
{
    const std::vector<Curve> curves { { "rl", "reward", "new", wave(10), 0 },
        { "rl", "reward", "replay", wave(20), 0 } };
    const std::string svg = curvesToSvg(curves, "a < b & \"c\"");
    EXPECT_THAT(svg, testing::HasSubstr(">new</text>"));
    EXPECT_THAT(svg, testing::HasSubstr(">replay</text>"));
    EXPECT_THAT(svg, testing::HasSubstr("a &lt; b &amp; &quot;c&quot;"));
    EXPECT_THAT(svg, testing::Not(testing::HasSubstr("nan")));
}

TEST(CurveSvg, aCurveWithoutPointsSaysSo)
{
    const std::vector<Curve> curves { { "rl", "reward", "", {}, 4 } };
    EXPECT_THAT(curvesToSvg(curves, "reward"), testing::HasSubstr("no points"));
}

} // namespace
} // namespace msrl::report
