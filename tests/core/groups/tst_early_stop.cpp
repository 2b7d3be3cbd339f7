// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/groups/early_stop.h"
#include "core/groups/summary.h"
#include "core/groups/tables.h"
#include "group_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace msrl::groups {
namespace {

using testing::Contains;
using testing::HasSubstr;

EvaluatedPolicy after(const std::string& node, double captions, std::int64_t judgements = 320)
{
    EvaluatedPolicy policy;
    policy.node = node;
    policy.title = "Caption RL";
    policy.figures["captions.accuracy"] = { captions, judgements };
    policy.figures["pixels.accuracy"] = { 0, judgements }; // no stage of theirs trained on pixels
    return policy;
}

std::vector<MemberResult> rivals()
{
    return { finishedMember("a", 1, { after("third", 0.80) }),
        finishedMember("b", 1, { after("second", 0.20), after("third", 0.90) }) };
}

TEST(EarlyStop, whoIsFarBelowTheBestAtTheSameStageIsHopeless)
{
    const auto why = whyHopeless(after("third", 0.55), "captions", rivals(), 0.1);
    ASSERT_TRUE(why);
    EXPECT_EQ(*why, (GivenUp { "third", "captions", 0.55, "b", 0.90 }));
}

TEST(EarlyStop, nobodyIsGivenUpWithinTheMarginOrTheIntervals)
{
    EXPECT_FALSE(whyHopeless(after("third", 0.81), "captions", rivals(), 0.1)) << "0.09 below";
    EXPECT_TRUE(whyHopeless(after("third", 0.79), "captions", rivals(), 0.1)) << "0.11 below";
    EXPECT_FALSE(whyHopeless(after("third", 0.79), "captions", rivals(), 0.2));
    // 11 of 20 and 18 of 20: Wilson's intervals are 0.34 to 0.74 and 0.70 to 0.97.
    const std::vector<MemberResult> few { finishedMember("a", 1, { after("third", 0.9, 20) }) };
    EXPECT_FALSE(whyHopeless(after("third", 0.55, 20), "captions", few, 0.1));
}

TEST(EarlyStop, withoutAFigureToCompareNobodyIsGivenUp)
{
    EXPECT_FALSE(whyHopeless(after("third", 0.1), "captions", {}, 0.1));
    EXPECT_FALSE(whyHopeless(after("last", 0.1), "captions", rivals(), 0.1)) << "no rival has this stage";
    EXPECT_FALSE(whyHopeless(after("third", 0.1), "text", rivals(), 0.1)) << "not measured";
    EXPECT_FALSE(whyHopeless(after("third", 0.1), "pixels", rivals(), 0.1)) << "all are equal";
}

TEST(EarlyStop, stagesAreMeasuredOnWhatTheyTrainOn)
{
    const curriculum::Project project = threeStages();
    const auto set = [&](const char* id) { return trainedSet(project, *project.node(id)); };
    EXPECT_EQ(set("first"), "text");
    EXPECT_EQ(set("second"), "text");
    EXPECT_EQ(set("third"), "captions");
    EXPECT_EQ(set("student"), "pixels");
    EXPECT_EQ(set("last"), "pixels");
    EXPECT_FALSE(set("paths"));
    EXPECT_FALSE(set("base"));
}

TEST(EarlyStop, aTableTellsWhoWasGivenUpAndWhyAndDoesNotWaitForThem)
{
    RunGroup group = *makeGroup(threeStages(), { { 1 }, {}, { "third.replay_ratio=0,2" } });
    group.members[1].givenUp = GivenUp { "third", "captions", 0.5, "third.replay_ratio=0", 0.9 };
    MemberResult stopped;
    stopped.member = group.members[1];
    stopped.exists = true;
    std::vector<MemberResult> members { finishedMember("third.replay_ratio=0", 1, { after("third", 0.9) }),
        stopped };
    const auto summary = summarise(group, members);
    ASSERT_TRUE(summary) << summary.error().message();
    const std::vector<std::string> notes = tableOf(*summary).notes;
    EXPECT_THAT(notes,
        Contains("given up early: New : replay 2:1, seed 1, as after Caption RL its accuracy on captions is "
                 "0.500, that of 'New : replay none' is 0.900"));
    EXPECT_THAT(notes, testing::Not(Contains(HasSubstr("have not finished"))));
    EXPECT_EQ(tableOf(*summary).rows[1][1], "0 of 1");

    members[1].finished = true; // taken up again
    EXPECT_TRUE(summarise(group, members)->givenUp.empty());
}

} // namespace
} // namespace msrl::groups
