// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/comparison.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <vector>

namespace msrl::judge {
namespace {

TEST(Comparison, bootstrapOfSharesIsNearTheNormalInterval)
{
    std::vector<double> values(1000, 0.0);
    std::fill(values.begin(), values.begin() + 300, 1.0);
    const Interval interval = bootstrapMeanInterval(values, { .resamples = 4000, .seed = 7 });
    const double half = 1.959964 * std::sqrt(0.3 * 0.7 / 1000);
    EXPECT_NEAR(interval.low, 0.3 - half, 0.004);
    EXPECT_NEAR(interval.high, 0.3 + half, 0.004);
}

TEST(Comparison, bootstrapDependsOnTheSeedAlone)
{
    const std::vector<double> values { 0, 1, 1, 0, 1, 0.5, 0.25 };
    const Interval first = bootstrapMeanInterval(values, { .seed = 3 });
    const Interval again = bootstrapMeanInterval(values, { .seed = 3 });
    EXPECT_EQ(first.low, again.low);
    EXPECT_EQ(first.high, again.high);
    const Interval constant = bootstrapMeanInterval(std::vector<double>(9, 0.5));
    EXPECT_EQ(constant.low, 0.5);
    EXPECT_EQ(constant.high, 0.5);
}

TEST(Comparison, differenceOfAJudgeFromItselfIsZero)
{
    const std::vector<double> values { 1, 0, 1, 1, 0 };
    const Interval interval = bootstrapDifferenceInterval(values, values);
    EXPECT_EQ(interval.low, 0);
    EXPECT_EQ(interval.high, 0);
}

// Counts the sequences of tosses that are at least as uneven.
double pValueByEnumeration(int heads, int tails)
{
    const int n = heads + tails;
    int extreme = 0;
    for (unsigned tosses = 0; tosses < (1u << n); ++tosses) {
        const int one = std::popcount(tosses);
        extreme += std::abs(2 * one - n) >= std::abs(heads - tails) ? 1 : 0;
    }
    return static_cast<double>(extreme) / static_cast<double>(1u << n);
}

TEST(Comparison, fairCoinAgreesWithEnumeration)
{
    for (int heads = 0; heads <= 7; ++heads)
        for (int tails = 0; tails <= 7; ++tails)
            EXPECT_NEAR(fairCoinPValue(heads, tails), pValueByEnumeration(heads, tails), 1e-12)
                << heads << ":" << tails;
}

TEST(Comparison, mcnemarCountsThePairs)
{
    const std::vector<int> first { 1, 1, 1, 1, 1, 1, 0, 0, 1 };
    const std::vector<int> second { 0, 0, 0, 0, 0, 1, 0, 1, 1 };
    const PairedTest test = mcnemarTest(first, second);
    EXPECT_EQ(test.onlyFirst, 5);
    EXPECT_EQ(test.onlySecond, 1);
    EXPECT_EQ(test.both, 2);
    EXPECT_EQ(test.neither, 1);
    EXPECT_NEAR(test.pValue, 14.0 / 64.0, 1e-12);
}

TEST(Comparison, theSignTestOfWholePointsIsMcNemars)
{
    const std::vector<double> first { 1, 0.5, 1, 0, 1 };
    const std::vector<double> second { 0.5, 0, 1, 0.5, 0 };
    const SignTest test = signTest(first, second);
    EXPECT_EQ(test.firstBetter, 3);
    EXPECT_EQ(test.secondBetter, 1);
    EXPECT_EQ(test.alike, 1);
    EXPECT_NEAR(test.pValue, 2 * (1 + 4) / 16.0, 1e-12);
    const std::vector<int> a { 1, 0, 1, 1, 0 };
    const std::vector<int> b { 0, 0, 1, 0, 1 };
    EXPECT_EQ(
        signTest(std::vector<double>(a.begin(), a.end()), std::vector<double>(b.begin(), b.end())).pValue,
        mcnemarTest(a, b).pValue);
}

// Every choice of k of the samples, one by one.
VoteOdds oddsByEnumeration(int right, int wrong, int unparsed, int k)
{
    const int n = right + wrong + unparsed;
    VoteOdds odds;
    double choices = 0;
    for (unsigned choice = 0; choice < (1u << n); ++choice) {
        if (std::popcount(choice) != k)
            continue;
        const int r = std::popcount(choice & ((1u << right) - 1));
        const int w = std::popcount((choice >> right) & ((1u << wrong) - 1));
        (r > w ? odds.right : r < w ? odds.wrong : odds.tied) += 1;
        choices += 1;
    }
    return { odds.right / choices, odds.wrong / choices, odds.tied / choices };
}

TEST(Comparison, voteOddsAgreeWithEnumeration)
{
    for (const auto& [right, wrong, unparsed] :
        std::vector<std::array<int, 3>> { { 3, 2, 1 }, { 0, 4, 0 }, { 5, 5, 2 }, { 1, 0, 3 }, { 0, 0, 2 } }) {
        for (int k = 1; k <= right + wrong + unparsed; ++k) {
            const VoteOdds got = voteOdds(right, wrong, unparsed, k);
            const VoteOdds want = oddsByEnumeration(right, wrong, unparsed, k);
            EXPECT_NEAR(got.right, want.right, 1e-12);
            EXPECT_NEAR(got.wrong, want.wrong, 1e-12);
            EXPECT_NEAR(got.tied, want.tied, 1e-12);
        }
    }
}

} // namespace
} // namespace msrl::judge
