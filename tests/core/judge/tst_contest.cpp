// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/contest.h"

#include <gtest/gtest.h>

#include <numeric>

namespace msrl::judge {
namespace {

using data::Side;

TEST(Decide, theMajorityWinsAndATieIsNotSettled)
{
    const std::vector<PairVote> votes { { false, Side::A, {} }, { false, Side::B, {} }, { false, {}, {} },
        { false, Side::A, {} } };
    const PairDecision decision = decide(votes);
    EXPECT_EQ(decision.winner, Side::A);
    EXPECT_EQ(decision.votesA, 2);
    EXPECT_EQ(decision.votesB, 1);
    EXPECT_EQ(decision.unparsed, 1);
    EXPECT_FALSE(decision.tie());
    // No token's probability is known: the share of the parsed votes stands in.
    EXPECT_DOUBLE_EQ(*decision.probabilityA, 2.0 / 3);
    EXPECT_FALSE(decision.consistent);
    const PairDecision tied = decide(std::span(votes).first(2));
    EXPECT_TRUE(tied.tie());
    EXPECT_EQ(tied.winner, std::nullopt);
    const PairDecision nothing = decide(std::span(votes).subspan(2, 1));
    EXPECT_FALSE(nothing.tie());
    EXPECT_EQ(nothing.probabilityA, std::nullopt);
    EXPECT_EQ(nothing.margin(), std::nullopt);
}

TEST(Decide, probabilitiesAreAveragedOverTheOrders)
{
    // Order as given: 0.9 and 0.7, mean 0.8. Exchanged: 0.2 alone, as one judgement was not read.
    const std::vector<PairVote> votes { { false, Side::A, 0.9 }, { true, Side::B, 0.2 },
        { false, Side::A, 0.7 }, { true, {}, {} } };
    const PairDecision decision = decide(votes);
    EXPECT_DOUBLE_EQ(*decision.probabilityA, 0.5);
    EXPECT_DOUBLE_EQ(*decision.margin(), 0.0);
    EXPECT_EQ(decision.consistent, false);
    EXPECT_EQ(decision.winner, Side::A);
    const std::vector<PairVote> agreeing { { false, Side::B, 0.4 }, { true, Side::B, 0.1 } };
    EXPECT_EQ(decide(agreeing).consistent, true);
    const std::vector<PairVote> unread { { false, {}, {} }, { true, {}, {} } };
    EXPECT_EQ(decide(unread).consistent, false);
}

TEST(Rank, scoresAreMeansOverTheOtherCandidates)
{
    const auto pairs = allPairs(3);
    ASSERT_EQ(pairs.size(), 3U);
    std::vector<ContestPair> decided;
    const double p01 = 0.25;
    const double p12 = 0.75;
    for (const auto& [a, b] : pairs)
        decided.push_back({ a, b, {} });
    decided[0].decision.probabilityA = p01;
    decided[2].decision.probabilityA = p12; // (0, 2) stays undecided and counts as one half
    const Ranking ranking = rank(3, decided);
    EXPECT_DOUBLE_EQ(ranking.scores[0], (p01 + 0.5) / 2);
    EXPECT_DOUBLE_EQ(ranking.scores[1], (1 - p01 + p12) / 2);
    EXPECT_DOUBLE_EQ(ranking.scores[2], (0.5 + 1 - p12) / 2);
    EXPECT_EQ(ranking.order, (std::vector<std::size_t> { 1, 0, 2 })); // equals keep their order
    EXPECT_EQ(ranking.undecided, 1U);
    EXPECT_FALSE(ranking.tiedBest);
    // Each pair hands out one point.
    EXPECT_DOUBLE_EQ(std::accumulate(ranking.scores.begin(), ranking.scores.end(), 0.0), 1.5);
}

TEST(Rank, aTieForTheBestIsSaid)
{
    const std::vector<ContestPair> undecided { { 0, 1, {} } };
    const Ranking ranking = rank(2, undecided);
    EXPECT_TRUE(ranking.tiedBest);
    EXPECT_EQ(ranking.order, (std::vector<std::size_t> { 0, 1 }));
}

} // namespace
} // namespace msrl::judge
