// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/acceptance.h"
#include "core/judge/confidence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace msrl::judge {
namespace {

// P(at most `wrong` errors among n) at an error share p, added up term by term.
double atMost(int wrong, int n, double p)
{
    double sum = 0;
    double term = std::pow(1 - p, n);
    for (int k = 0; k <= wrong; ++k) {
        sum += term;
        term *= p / (1 - p) * (n - k) / (k + 1);
    }
    return sum;
}

TEST(Acceptance, atTheBoundSoFewErrorsAreAsUnlikelyAsAsked)
{
    for (const auto& [wrong, checked] :
        { std::pair(0, 10), std::pair(0, 59), std::pair(3, 80), std::pair(17, 40) }) {
        for (const double confidence : { 0.9, 0.95, 0.99 })
            EXPECT_NEAR(atMost(wrong, checked, errorBound(wrong, checked, confidence)), 1 - confidence, 1e-9);
    }
    EXPECT_DOUBLE_EQ(errorBound(0, 0), 1);
    EXPECT_DOUBLE_EQ(errorBound(5, 5), 1);
}

TEST(Acceptance, fiftyNineChecksWithoutAnErrorMakeFivePercent)
{
    EXPECT_EQ(checksFor(0.05), 59); // the known figure of discovery sampling
    EXPECT_EQ(checksFor(0.01), 299);
    for (const double share : { 0.2, 0.05, 0.013 }) {
        const std::int64_t checks = checksFor(share);
        EXPECT_LE(errorBound(0, checks), share);
        EXPECT_GT(errorBound(0, checks - 1), share);
    }
}

TEST(Acceptance, aLargerSampleContainsTheSmallerOne)
{
    std::vector<std::string> ids;
    for (int i = 0; i < 400; ++i)
        ids.push_back("item-" + std::to_string(i));
    const auto first = drawOrder(ids, "cmkd");
    EXPECT_EQ(std::set<std::size_t>(first.begin(), first.end()).size(), ids.size());
    EXPECT_NE(drawOrder(ids, "other"), first);
    // Items that come later take their places among the others, whose order stays.
    std::vector<std::string> more = ids;
    for (int i = 400; i < 500; ++i)
        more.push_back("item-" + std::to_string(i));
    std::vector<std::size_t> kept;
    for (const std::size_t index : drawOrder(more, "cmkd")) {
        if (index < ids.size())
            kept.push_back(index);
    }
    EXPECT_EQ(kept, first);
    // Neither the early nor the late items are preferred.
    double mean = 0;
    for (int i = 0; i < 100; ++i)
        mean += static_cast<double>(first[static_cast<std::size_t>(i)]) / 100;
    EXPECT_NEAR(mean, 199.5, 4 * 115.5 / 10);
}

TEST(Acceptance, aMeasureBecomesAProbabilityWhereItIsOne)
{
    EXPECT_NEAR(*asProbability("mean_logprob", std::log(0.25)), 0.25, 1e-12);
    EXPECT_DOUBLE_EQ(*asProbability("vote_share", 0.75), 0.75);
    EXPECT_EQ(asProbability("deepconf_bottom10", 7.5), std::nullopt);
    EXPECT_EQ(asProbability("unknown", 0.5), std::nullopt);
    EXPECT_EQ(asProbability("vote_share", std::nan("")), std::nullopt);
}

// Sure choices were looked at often and were right; of unsure ones half were wrong.
TEST(TellingOrder, looksWhereLeastIsKnown)
{
    std::vector<Looked> items;
    std::vector<std::size_t> random;
    for (std::size_t i = 0; i < 40; ++i) {
        Looked one { i < 20 ? 0.1 : 0.9, std::nullopt };
        if (i >= 20 && i < 36)
            one.right = true;
        if (i < 4)
            one.right = i % 2 == 0;
        items.push_back(one);
        random.push_back(39 - i);
    }
    const auto order = tellingOrder(items, random, 2);
    EXPECT_EQ(order.size(), 20u); // 16 unsure and 4 sure ones
    for (std::size_t i = 0; i < 10; ++i)
        EXPECT_LT(order[i], 20u) << i;
    EXPECT_EQ(order[0], 19u); // the first of its group at random
    EXPECT_EQ(std::set<std::size_t>(order.begin(), order.end()).size(), order.size());
}

TEST(TellingOrder, withoutALookTakesEachGroupInTurn)
{
    std::vector<Looked> items(30);
    std::vector<std::size_t> random;
    for (std::size_t i = 0; i < items.size(); ++i) {
        items[i].confidence = static_cast<double>(i);
        random.push_back(i);
    }
    const auto order = tellingOrder(items, random, 3);
    std::set<std::size_t> firstGroups { order[0] / 10, order[1] / 10, order[2] / 10 };
    EXPECT_EQ(firstGroups.size(), 3u);
    EXPECT_TRUE(tellingOrder({}, {}).empty());
}

} // namespace
} // namespace msrl::judge
