// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/selection.h"
#include "tests/core/judge/golden_rows.h"

#include <gmock/gmock.h>

namespace msrl::judge {
namespace {

using base::Json;
using data::Side;
using testing::HasSubstr;

std::optional<Side> sideOf(const Json& json)
{
    return json.is_null() ? std::nullopt : data::sideFromName(json.get<std::string>());
}

std::vector<PathEvidence> pathsOf(const Json& row)
{
    std::vector<PathEvidence> paths;
    for (const Json& json : row["paths"]) {
        PathEvidence path;
        path.answer = sideOf(json["answer"]);
        path.formatOk = json["format_ok"];
        path.logprobs = json["logprobs"].get<std::vector<double>>();
        path.topLogprobs = json["topk_logprobs"].get<std::vector<std::vector<double>>>();
        if (!json["answer_logprobs"].is_null())
            path.answerLogprobs
                = { json["answer_logprobs"]["A"].get<double>(), json["answer_logprobs"]["B"].get<double>() };
        paths.push_back(path);
    }
    return paths;
}

void expectSelection(const Selection& selection, const Json& expected)
{
    EXPECT_EQ(selection.votesA, expected["votes"]["A"].get<int>());
    EXPECT_EQ(selection.votesB, expected["votes"]["B"].get<int>());
    EXPECT_NEAR(selection.shareA, expected["vote_share"]["A"].get<double>(), 1e-12);
    EXPECT_NEAR(selection.shareB, expected["vote_share"]["B"].get<double>(), 1e-12);
    EXPECT_EQ(selection.tie, expected["tie"].get<bool>());
    EXPECT_EQ(selection.majority, sideOf(expected["majority"]));
    EXPECT_EQ(selection.label, sideOf(expected["label"]));
    EXPECT_EQ(selection.kept, expected["filtered"].get<std::vector<std::size_t>>());
    const Json& confidence = expected["confidence"];
    ASSERT_EQ(selection.confidence.size(), confidence.size());
    for (std::size_t i = 0; i < confidence.size(); ++i) {
        ASSERT_EQ(selection.confidence[i].has_value(), !confidence[i].is_null());
        if (selection.confidence[i]) {
            EXPECT_NEAR(*selection.confidence[i], confidence[i].get<double>(), 1e-9);
        }
    }
    EXPECT_EQ(selection.chosen ? Json(*selection.chosen) : Json(), expected["chosen"]);
    EXPECT_FALSE(selection.reason.empty());
}

TEST(Selection, agreesWithEveryRecordedCase)
{
    const auto rows = goldenRows("cmkd.jsonl");
    ASSERT_EQ(rows.size(), 84u);
    for (const Json& row : rows) {
        SelectionOptions options;
        options.label = row["label_mode"] == "gold" ? LabelMode::Gold : LabelMode::Vote;
        options.tie = row["tie_policy"] == "confidence" ? TiePolicy::Confidence : TiePolicy::Drop;
        options.window = row["window"];
        for (const auto& [measure, expected] : row["expected"].items()) {
            SCOPED_TRACE(row["id"].dump() + " " + measure);
            options.measure = measure;
            const auto selection = selectCandidate(pathsOf(row), sideOf(row["gold"]), options);
            ASSERT_TRUE(selection.ok());
            expectSelection(*selection, expected);
        }
    }
}

PathEvidence path(std::optional<Side> answer, bool formatOk, double logprob)
{
    PathEvidence evidence;
    evidence.answer = answer;
    evidence.formatOk = formatOk;
    evidence.logprobs = { logprob };
    return evidence;
}

std::string reasonOf(const std::vector<PathEvidence>& paths, SelectionOptions options = {},
    std::optional<Side> gold = std::nullopt)
{
    return selectCandidate(paths, gold, options)->reason;
}

TEST(Selection, saysWhy)
{
    const auto a = path(Side::A, true, -0.5);
    const auto b = path(Side::B, true, -0.25);
    const auto broken = path(Side::B, false, -0.1);
    EXPECT_EQ(reasonOf({ a, a, b }),
        "2 votes for A, 1 against; path 1 has the highest mean_logprob (-0.500) of 2 kept");
    EXPECT_EQ(reasonOf({ a, b }), "tie 1:1");
    EXPECT_EQ(reasonOf({ path(std::nullopt, false, -1) }), "no path has an answer");
    EXPECT_THAT(reasonOf({ a, b }, { .tie = TiePolicy::Confidence }),
        HasSubstr("B by the larger mean log-probability"));
    EXPECT_THAT(reasonOf({ a, path(Side::B, true, -0.5) }, { .tie = TiePolicy::Confidence }),
        HasSubstr("does not settle"));
    EXPECT_THAT(reasonOf({ a, broken, broken }), HasSubstr("no path with answer B has the right format"));
    EXPECT_THAT(
        reasonOf({ b, b, a }, { .label = LabelMode::Gold }, Side::A), HasSubstr("the gold label is A"));
}

TEST(Selection, asksForMorePathsWhereNothingOrNothingSureIsChosen)
{
    const auto wants
        = [](const std::vector<PathEvidence>& paths, std::optional<double> below = std::nullopt) {
              return wantsMorePaths(*selectCandidate(paths, std::nullopt, {}), below);
          };
    const auto a = path(Side::A, true, -0.5);
    const auto b = path(Side::B, true, -0.25);
    EXPECT_TRUE(wants({ a, b })); // a tie
    EXPECT_TRUE(wants({ path(Side::A, false, -0.1) })); // nothing passes
    EXPECT_TRUE(wants({}));
    EXPECT_FALSE(wants({ a, a, b }));
    EXPECT_FALSE(wants({ a, a, b }, -0.5)); // not below
    EXPECT_TRUE(wants({ a, a, b }, -0.4));
}

TEST(Selection, refusesUnknownMeasures)
{
    const auto result = selectCandidate({}, std::nullopt, { .measure = "hunch" });
    ASSERT_FALSE(result.ok());
    EXPECT_THAT(result.error().message(), HasSubstr("hunch"));
    EXPECT_FALSE(selectCandidate({}, std::nullopt, { .window = 0 }).ok());
}

TEST(Selection, recordsAllMeasuresOfAnyPath)
{
    const std::vector<PathEvidence> paths { path(Side::A, true, -0.5), path(Side::A, true, -1),
        path(Side::B, false, -2) };
    const auto selection = selectCandidate(paths, std::nullopt, {});
    ASSERT_TRUE(selection.ok());
    const auto values = allConfidences(paths[2], *selection, 64);
    ASSERT_EQ(values.size(), confidenceMeasures().size());
    EXPECT_EQ(values[0], -2.0); // mean_logprob
    EXPECT_EQ(values[1], std::nullopt); // answer_prob: not recorded
    EXPECT_NEAR(*values[2], 1.0 / 3.0, 1e-12); // vote_share of its own answer
}

TEST(Selection, majorityLeavesTiesOpen)
{
    using Votes = std::vector<std::optional<Side>>;
    EXPECT_EQ(majorityVote(Votes { Side::A, std::nullopt, Side::B, Side::A }), Side::A);
    EXPECT_EQ(majorityVote(Votes { Side::A, Side::B }), std::nullopt);
    EXPECT_EQ(majorityVote(Votes {}), std::nullopt);
}

} // namespace
} // namespace msrl::judge
