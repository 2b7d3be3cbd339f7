// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/judging/contest_rows.h"

#include <gtest/gtest.h>

namespace msrl::judging {
namespace {

using base::Json;
using data::Side;

data::Contest contestOfThree()
{
    data::Contest contest;
    contest.question.id = "q1";
    contest.question.task = data::TaskType::ImageUnderstanding;
    contest.question.query = "What is it?";
    contest.question.media = { { data::Media::Kind::Image, "a.png", "/m/a.png" } };
    contest.candidates = { { "zero", {}, {} }, { "one", {}, {} }, { "two", {}, {} } };
    return contest;
}

// probabilities of (0,1), (0,2), (1,2)
JudgedContest judged(const data::Contest& contest, const std::vector<double>& probabilities)
{
    JudgedContest out { &contest, {}, {} };
    std::vector<judge::ContestPair> pairs;
    for (const auto& [a, b] : judge::allPairs(contest.candidates.size())) {
        JudgedPair pair { { a, b, {} }, {} };
        Judgement one;
        const double p = probabilities[out.pairs.size()];
        one.vote = { false, p == 0.5 ? std::nullopt : std::optional(p > 0.5 ? Side::A : Side::B), p };
        one.thought = "because";
        pair.judgements = { one };
        pair.pair.decision = judge::decide(std::vector { one.vote });
        pairs.push_back(pair.pair);
        out.pairs.push_back(std::move(pair));
    }
    out.ranking = judge::rank(contest.candidates.size(), pairs);
    return out;
}

TEST(ContestRows, bestAndKeptAndPreferredFollowTheScores)
{
    const data::Contest contest = contestOfThree();
    const JudgedContest result = judged(contest, { 0.25, 0.75, 0.75 }); // scores 0.5, 0.75, 0.25
    const Json best = bestRow(result);
    EXPECT_EQ(best["best"], 1);
    EXPECT_EQ(best["response"], "one");
    EXPECT_EQ(best["score"], 0.75);
    EXPECT_EQ(best["tie"], false);
    const auto kept = keptRows(result, { .least = 0.5, .keep = 5 });
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0]["messages"][0]["content"], "<image>\nWhat is it?");
    EXPECT_EQ(kept[0]["messages"][1]["content"], "one");
    EXPECT_EQ(kept[1]["messages"][1]["content"], "zero");
    EXPECT_EQ(kept[0]["images"], Json::array({ "/m/a.png" }));
    EXPECT_EQ(keptRows(result, { .least = 0.5, .keep = 1 }).size(), 1U);
    EXPECT_TRUE(keptRows(result, { .least = 0.8, .keep = 5 }).empty());
    const auto pair = preferenceRow(result, { .least = 0.5 });
    ASSERT_TRUE(pair);
    EXPECT_EQ((*pair)["messages"][1]["content"], "one");
    EXPECT_EQ((*pair)["rejected_response"], "two");
    EXPECT_EQ((*pair)["margin"], 0.5);
    const auto columns = preferenceRow(result, { .conversations = false });
    EXPECT_EQ((*columns)["chosen"], "one");
    EXPECT_EQ((*columns)["rejected"], "two");
    EXPECT_FALSE(columns->contains("messages"));
    EXPECT_FALSE(preferenceRow(result, { .least = 0.6 }));
}

TEST(ContestRows, aTieIsSaidAndNeverExported)
{
    const data::Contest contest = contestOfThree();
    const JudgedContest result = judged(contest, { 0.5, 0.5, 0.5 });
    EXPECT_EQ(bestRow(result)["tie"], true);
    EXPECT_FALSE(preferenceRow(result, {}));
    const Json row = scoreRow(result);
    EXPECT_TRUE(row["winner"].is_null());
    EXPECT_EQ(row["pairs"].size(), 3U);
}

TEST(ContestRows, aPairHasASideForItsWinner)
{
    data::Sample sample;
    sample.id = "p";
    sample.query = "q";
    sample.responseA = "x";
    sample.responseB = "y";
    sample.gold = Side::A;
    const data::Contest contest = data::contestOf(sample);
    const Json row = scoreRow(judged(contest, { 0.25 }));
    EXPECT_EQ(row["winner"], "B");
    EXPECT_EQ(row["gold"], "A");
    EXPECT_EQ(row["probability"], 0.25);
    EXPECT_EQ(row["margin"], -0.5);
    EXPECT_EQ(row["reasoning"], "because");
    EXPECT_EQ(row["votes"]["B"], 1);
    EXPECT_TRUE(row["consistent"].is_null());
}

} // namespace
} // namespace msrl::judging
