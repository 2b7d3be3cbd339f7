// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/judge/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace msrl::judge {
namespace {

// Bins of width 1/2: {0.1 wrong, 0.3 right} and {0.5 right, 0.9 right, 1.0 wrong}.
const std::vector<Scored> kItems { { 0.9, true }, { 0.1, false }, { 0.3, true }, { 1.0, false },
    { 0.5, true } };

TEST(Calibration, errorIsTheWeightedGapOfTheBins)
{
    const auto bins = reliabilityBins(kItems, 2);
    ASSERT_EQ(bins.size(), 2u);
    EXPECT_EQ(bins[0].count, 2u);
    EXPECT_EQ(bins[1].count, 3u);
    EXPECT_NEAR(bins[0].meanConfidence, 0.2, 1e-12);
    EXPECT_NEAR(bins[0].accuracy, 0.5, 1e-12);
    EXPECT_NEAR(bins[1].meanConfidence, 0.8, 1e-12);
    EXPECT_NEAR(bins[1].accuracy, 2.0 / 3.0, 1e-12);
    EXPECT_NEAR(*expectedCalibrationError(kItems, 2), 0.4 * 0.3 + 0.6 * (0.8 - 2.0 / 3.0), 1e-12);
    EXPECT_NEAR(*brierScore(kItems), (0.01 + 0.01 + 0.49 + 1.0 + 0.25) / 5, 1e-12);
    EXPECT_EQ(expectedCalibrationError({}), std::nullopt);
    EXPECT_EQ(brierScore({}), std::nullopt);
}

TEST(Calibration, aHonestConfidenceHasASmallError)
{
    base::RandomStream random(11, "honest");
    std::vector<Scored> items;
    for (int i = 0; i < 20000; ++i) {
        const double confidence = random.uniform();
        items.push_back({ confidence, random.uniform() < confidence });
    }
    EXPECT_LT(*expectedCalibrationError(items), 0.02);
    for (Scored& item : items)
        item.confidence = std::sqrt(item.confidence);
    EXPECT_NEAR(*expectedCalibrationError(items), 1.0 / 6.0, 0.02); // mean of sqrt(u) - u
}

TEST(Calibration, riskIsCountedAtEveryThreshold)
{
    const std::vector<Scored> items { { -0.2, true }, { -1.5, false }, { -0.2, false }, { -0.1, true },
        { -0.9, true } };
    const auto points = riskCoverage(items);
    ASSERT_EQ(points.size(), 4u); // distinct confidences
    for (const RiskPoint& point : points) {
        std::size_t accepted = 0;
        std::size_t wrong = 0;
        for (const Scored& item : items) {
            accepted += item.confidence >= point.threshold ? 1 : 0;
            wrong += item.confidence >= point.threshold && !item.right ? 1 : 0;
        }
        EXPECT_EQ(point.accepted, accepted);
        EXPECT_EQ(point.wrong, wrong);
        EXPECT_NEAR(point.coverage, static_cast<double>(accepted) / 5, 1e-12);
        EXPECT_NEAR(point.risk, static_cast<double>(wrong) / static_cast<double>(accepted), 1e-12);
        EXPECT_LE(point.riskInterval.low, point.risk);
        EXPECT_GE(point.riskInterval.high, point.risk);
    }
    EXPECT_EQ(largestCoverage(points, 0.3)->accepted, 4u); // 1 of 4 is wrong
    EXPECT_EQ(largestCoverage(points, 0.0)->accepted, 1u);
    EXPECT_FALSE(largestCoverage({}, 0.5));
    // Risks at 1 … 5 items: 0, 0.5/2, 1/3, 1/4, 2/5.
    EXPECT_NEAR(*areaUnderRiskCoverage(items), (0 + 0.25 + 1.0 / 3 + 0.25 + 0.4) / 5, 1e-12);
}

TEST(RiskCoverage, aThinnedCurveKeepsItsEnds)
{
    std::vector<Scored> items;
    for (int i = 0; i < 997; ++i)
        items.push_back({ static_cast<double>(i), i % 3 != 0 });
    const auto all = riskCoverage(items);
    const auto few = riskCoverage(items, 50);
    ASSERT_EQ(all.size(), 997u);
    ASSERT_EQ(few.size(), 50u);
    EXPECT_EQ(few.front().threshold, all.front().threshold);
    EXPECT_EQ(few.back().accepted, all.back().accepted);
    for (const RiskPoint& point : few) { // each is one of the whole curve
        const RiskPoint& same = all[point.accepted - 1];
        EXPECT_EQ(point.wrong, same.wrong);
        EXPECT_EQ(point.riskInterval.high, same.riskInterval.high);
    }
}

} // namespace
} // namespace msrl::judge
