// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace msrl::judge {
namespace {

struct Case
{
    std::int64_t successes;
    std::int64_t trials;
    double confidence;
    Interval wilson;
    Interval exact;
};

// Computed with 30 digits: Wilson from its formula, Clopper-Pearson by halving binomial sums (no beta
// function).
const std::vector<Case> kCases {
    { 3, 50, 0.95, { 0.020614970348974, 0.162170916888382 }, { 0.0125485878353341, 0.165481946603773 } },
    { 0, 20, 0.95, { 0, 0.161125158052819 }, { 0, 0.168433470983085 } },
    { 45, 50, 0.9, { 0.808462485848429, 0.950470965522555 }, { 0.801166997483582, 0.959763409597885 } },
    { 7, 7, 0.95, { 0.645669564933313, 1 }, { 0.590383602774997, 1 } },
    { 30, 1000, 0.99, { 0.018906316302828, 0.0472893787063744 }, { 0.0178681915275232, 0.0468024863233621 } },
};

TEST(Statistics, intervalsAgreeWithLongArithmetic)
{
    for (const Case& c : kCases) {
        SCOPED_TRACE(testing::Message() << c.successes << " of " << c.trials);
        const Interval wilson = wilsonInterval(c.successes, c.trials, c.confidence);
        EXPECT_NEAR(wilson.low, c.wilson.low, 1e-12);
        EXPECT_NEAR(wilson.high, c.wilson.high, 1e-12);
        const Interval exact = clopperPearsonInterval(c.successes, c.trials, c.confidence);
        EXPECT_NEAR(exact.low, c.exact.low, 1e-12);
        EXPECT_NEAR(exact.high, c.exact.high, 1e-12);
    }
}

TEST(Statistics, nothingCountedMeansNothingKnown)
{
    EXPECT_EQ(wilsonInterval(0, 0).low, 0);
    EXPECT_EQ(wilsonInterval(0, 0).high, 1);
    EXPECT_EQ(clopperPearsonInterval(0, 0).low, 0);
    EXPECT_EQ(clopperPearsonInterval(0, 0).high, 1);
}

TEST(Statistics, incompleteBetaAndQuantileAgreeWithLongArithmetic)
{
    EXPECT_NEAR(regularisedBeta(0.3, 2, 5), 0.579825, 1e-14);
    EXPECT_NEAR(regularisedBeta(0.5, 10, 10), 0.5, 1e-14);
    EXPECT_NEAR(regularisedBeta(0.01, 0.5, 0.5), 0.063768560858519848, 1e-14);
    EXPECT_NEAR(regularisedBeta(0.9, 200, 30), 0.92311090184092985, 1e-12);
    EXPECT_NEAR(regularisedBeta(0.999, 5000, 3), 0.12435737403741359, 1e-11);
    EXPECT_EQ(regularisedBeta(0, 2, 3), 0);
    EXPECT_EQ(regularisedBeta(1, 2, 3), 1);
    EXPECT_NEAR(normalQuantile(0.975), 1.9599639845400542, 1e-12);
    EXPECT_NEAR(normalQuantile(0.001), -3.0902323061678135, 1e-12);
}

// Closed forms for one and two degrees of freedom.
double cauchyQuantile(double p)
{
    return std::tan(3.14159265358979324 * (p - 0.5));
}

double quantileOfTwoDegrees(double p)
{
    const double c = 2 * p - 1;
    return c * std::sqrt(2 / (1 - c * c));
}

TEST(Statistics, studentsQuantilesAgreeWithClosedFormsAndTables)
{
    for (const double p : { 0.025, 0.6, 0.975, 0.999 }) {
        EXPECT_NEAR(studentQuantile(p, 1) / cauchyQuantile(p), 1, 1e-11) << p;
        EXPECT_NEAR(studentQuantile(p, 2) / quantileOfTwoDegrees(p), 1, 1e-11) << p;
    }
    EXPECT_NEAR(studentQuantile(0.975, 4), 2.7764451052, 1e-9);
    EXPECT_NEAR(studentQuantile(0.995, 5), 4.0321429836, 1e-9);
    EXPECT_NEAR(studentQuantile(0.975, 1'000'000), normalQuantile(0.975), 1e-5);
    EXPECT_NEAR(studentQuantile(0.5, 3), 0, 1e-7);
}

TEST(Statistics, theIntervalOfAMeanOverSeedsIsStudents)
{
    // Mean 2, standard deviation 1, standard error 1 / sqrt(3).
    const Interval interval = studentMeanInterval(std::vector<double> { 1, 2, 3 });
    const double half = quantileOfTwoDegrees(0.975) / std::sqrt(3.0);
    EXPECT_NEAR(interval.low, 2 - half, 1e-10);
    EXPECT_NEAR(interval.high, 2 + half, 1e-10);
    const Interval alike = studentMeanInterval(std::vector<double> { 0.5, 0.5 });
    EXPECT_EQ(alike.low, 0.5);
    EXPECT_EQ(alike.high, 0.5);
}

TEST(Statistics, kappaOfTheTextbookTable)
{
    // Both yes 20, only the first 5, only the second 10, both no 15: observed 0.7, by chance 0.5.
    std::vector<int> first;
    std::vector<int> second;
    const auto add = [&](int a, int b, int times) {
        first.insert(first.end(), static_cast<std::size_t>(times), a);
        second.insert(second.end(), static_cast<std::size_t>(times), b);
    };
    add(1, 1, 20);
    add(1, 0, 5);
    add(0, 1, 10);
    add(0, 0, 15);
    EXPECT_NEAR(*cohenKappa(first, second), 0.4, 1e-12);
    EXPECT_NEAR(*cohenKappa(first, first), 1.0, 1e-12);
    EXPECT_EQ(cohenKappa({}, {}), std::nullopt);
    const std::vector<int> same { 2, 2, 2 };
    EXPECT_EQ(cohenKappa(same, same), std::nullopt);
}

} // namespace
} // namespace msrl::judge
