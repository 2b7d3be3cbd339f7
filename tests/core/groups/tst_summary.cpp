// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/groups/summary.h"
#include "group_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace msrl::groups {
namespace {

EvaluatedPolicy policy(
    const std::string& node, double pixels, double text, const std::string& startedFrom = {})
{
    EvaluatedPolicy one;
    one.node = node;
    one.startedFrom = startedFrom;
    one.isModel = node == "base";
    one.figures["pixels.accuracy"] = { pixels, 200 };
    one.figures["text.accuracy"] = { text, 200 };
    return one;
}

RunGroup group()
{
    return *makeGroup(threeStages(), { { 1, 2, 3 }, { "third" }, {} });
}

std::vector<MemberResult> members()
{
    std::vector<MemberResult> all;
    const double full[] = { 0.7, 0.8, 0.9 };
    const double without[] = { 0.5, 0.55, 0.75 };
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        all.push_back(finishedMember("full", seed,
            { policy("base", 0.5, 0.5), policy("second", 0.4, 0.8),
                policy("third", full[seed - 1], 0.6, "second") }));
        all.push_back(finishedMember(
            "without-third", seed, { policy("base", 0.5, 0.5), policy("second", without[seed - 1], 0.8) }));
    }
    return all;
}

TEST(Summary, meansAndStudentsIntervalsOverSeeds)
{
    const auto summary = summarise(group(), members());
    ASSERT_TRUE(summary) << summary.error().message();
    ASSERT_EQ(summary->rows.size(), 3u);
    EXPECT_EQ(summary->rows[0].key, "base");
    const Estimate& pixels = summary->row("full")->measures.at("pixels.accuracy");
    EXPECT_NEAR(pixels.mean, 0.8, 1e-12);
    EXPECT_EQ(pixels.kind, IntervalKind::Seeds);
    // Standard deviation 0.1, t = 4.3027 for two degrees of freedom.
    EXPECT_NEAR(pixels.interval.high - pixels.mean, 4.3026527297 * 0.1 / std::sqrt(3.0), 1e-9);
    EXPECT_EQ(summary->row("full")->policy, "third");
    EXPECT_EQ(summary->row("without-third")->policy, "second");
}

TEST(Summary, theDifferenceIsTakenSeedBySeed)
{
    const auto summary = summarise(group(), members());
    ASSERT_TRUE(summary);
    EXPECT_FALSE(summary->row("full")->difference);
    const auto& difference = summary->row("without-third")->difference;
    ASSERT_TRUE(difference);
    EXPECT_NEAR(difference->bySeed.at(1), -0.2, 1e-12);
    EXPECT_NEAR(difference->bySeed.at(2), -0.25, 1e-12);
    EXPECT_NEAR(difference->mean, -0.2, 1e-12);
    EXPECT_EQ(difference->kind, IntervalKind::Seeds);
}

TEST(Summary, aSingleSeedHasAnIntervalOfItsJudgementsAndSaysSo)
{
    std::vector<MemberResult> all = members();
    std::erase_if(all, [](const MemberResult& member) { return member.member.seed != 1; });
    const auto summary = summarise(group(), all);
    ASSERT_TRUE(summary);
    const Estimate& pixels = summary->row("full")->measures.at("pixels.accuracy");
    EXPECT_EQ(pixels.kind, IntervalKind::Judgements);
    const judge::Interval wilson = judge::wilsonInterval(140, 200);
    EXPECT_EQ(pixels.interval.low, wilson.low);
    EXPECT_EQ(pixels.interval.high, wilson.high);
    EXPECT_EQ(summary->row("without-third")->difference->kind, IntervalKind::None);
}

TEST(Summary, anotherPolicyCanBeAskedForAndRetentionIsAgainstWhereItStarted)
{
    const auto summary = summarise(group(), members(), "third");
    ASSERT_TRUE(summary);
    EXPECT_NEAR(summary->row("full")->measures.at("text.retention").mean, 0.6 / 0.8, 1e-12);
    EXPECT_TRUE(summary->row("without-third")->measures.empty()) << "it has no such policy";
    EXPECT_EQ(summary->row("without-third")->finished, 3u);
    EXPECT_FALSE(summarise(group(), members(), "nobody"));
}

TEST(Summary, whatHasNotFinishedCountsForNothing)
{
    std::vector<MemberResult> all = members();
    all[0].finished = false;
    const auto summary = summarise(group(), all);
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->row("full")->members, 3u);
    EXPECT_EQ(summary->row("full")->finished, 2u);
    EXPECT_NEAR(summary->row("full")->measures.at("pixels.accuracy").mean, 0.85, 1e-12);
}

TEST(Summary, figuresAreReadFromAReportWithUnparsedAsAShare)
{
    const base::Json report = base::Json::parse(R"({"stage": "x", "accuracy": 0.1, "sets": {"pixels": {
        "accuracy": 0.75, "both_orders": 0.5, "type": null, "parse_failures": 8, "n": 80,
        "by_task": {"image_generation": 1.0}}}})");
    const Figures figures = figuresOf(report);
    EXPECT_EQ(figures.at("pixels.accuracy").value, 0.75);
    EXPECT_EQ(figures.at("pixels.accuracy").trials, 160);
    EXPECT_EQ(figures.at("pixels.both_orders").trials, 80);
    EXPECT_EQ(figures.at("pixels.unparsed").value, 0.05);
    EXPECT_EQ(figures.at("pixels.by_task/image_generation").value, 1.0);
    EXPECT_FALSE(figures.contains("pixels.type"));
    EXPECT_TRUE(figuresOf(base::Json::array()).empty());
}

} // namespace
} // namespace msrl::groups
