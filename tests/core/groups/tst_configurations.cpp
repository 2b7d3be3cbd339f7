// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/plan.h"
#include "group_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace msrl::groups {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> keys(const RunGroup& group)
{
    std::vector<std::string> all;
    for (const Configuration& one : group.configurations)
        all.push_back(one.key);
    return all;
}

std::string refusal(const GroupRequest& request)
{
    const auto group = makeGroup(threeStages(), request);
    EXPECT_FALSE(group);
    return group ? std::string() : group.error().message();
}

TEST(Configurations, thePapersRowsAreFoundByWhatTheStagesRead)
{
    const auto paper = paperAblations(threeStages());
    ASSERT_TRUE(paper) << paper.error().message();
    ASSERT_EQ(paper->size(), 4u);
    EXPECT_THAT(paper->at(0).bypass, ElementsAre("first", "second"));
    EXPECT_THAT(paper->at(1).bypass, ElementsAre("third"));
    EXPECT_THAT(paper->at(2).bypass, ElementsAre("paths"));
    EXPECT_THAT(paper->at(3).bypass, ElementsAre("last"));
    for (const Configuration& one : *paper)
        EXPECT_TRUE(paperFigure(one.key)) << one.key;
}

TEST(Configurations, withoutCmkdTheStudentIsLeftOutToo)
{
    const auto paper = paperAblations(threeStages());
    ASSERT_TRUE(paper);
    curriculum::PlanOptions options;
    options.bypass.insert(paper->at(2).bypass.begin(), paper->at(2).bypass.end());
    const auto plan = curriculum::makePlan(threeStages(), options);
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->step("student")->bypassed);
    EXPECT_FALSE(plan->step("last")->bypassed);
}

TEST(Configurations, aProjectWithoutAStageHasNoPaperTable)
{
    curriculum::Project project = threeStages();
    std::erase_if(project.nodes, [](const auto& node) { return node.id == "last"; });
    std::erase_if(project.edges, [](const auto& edge) { return edge.toNode == "last"; });
    const auto paper = paperAblations(project);
    ASSERT_FALSE(paper);
    EXPECT_THAT(paper.error().message(), HasSubstr("without stage 3"));
}

TEST(Configurations, ablationsStandBesideTheWholeAndMembersGoSeedBySeed)
{
    const auto group = makeGroup(threeStages(), { { 3, 1 }, { "third", "first+second" }, {} });
    ASSERT_TRUE(group) << group.error().message();
    EXPECT_THAT(keys(*group), ElementsAre("without-third", "without-first+second", "full"));
    EXPECT_EQ(group->configurations[1].title, "without 1a SFT and 1b RL");
    ASSERT_EQ(group->members.size(), 6u);
    EXPECT_EQ(group->members[2], (Member { "full", 3, "full-seed-3" }));
    EXPECT_EQ(group->members[3].seed, 1u);
}

TEST(Configurations, valuesAreCombinedAndNamedAsPeopleSayThem)
{
    const auto ratios = makeGroup(threeStages(), { {}, {}, { "third.replay_ratio=0,10" } });
    ASSERT_TRUE(ratios) << ratios.error().message();
    EXPECT_THAT(keys(*ratios), ElementsAre("third.replay_ratio=0", "third.replay_ratio=10"));
    EXPECT_EQ(ratios->configurations[0].title, "New : replay none");
    EXPECT_EQ(ratios->configurations[1].title, "New : replay 10:1");
    EXPECT_EQ(ratios->members[0].seed, 7u) << "the project's own";
    const auto grid
        = makeGroup(threeStages(), { {}, {}, { "third.replay_ratio=0,10", "third.beta=0,0.1,1" } });
    ASSERT_TRUE(grid);
    EXPECT_EQ(grid->configurations.size(), 6u);
    EXPECT_EQ(grid->configurations[1].set.size(), 2u);
}

TEST(Configurations, aSingleValueHoldsInEveryConfiguration)
{
    const auto group
        = makeGroup(threeStages(), { {}, { "last" }, { "third.steps=20", "third.replay_ratio=0,2" } });
    ASSERT_TRUE(group) << group.error().message();
    EXPECT_THAT(
        keys(*group), ElementsAre("without-last", "full", "third.replay_ratio=0", "third.replay_ratio=2"));
    const curriculum::Override steps { "third", "steps", 20 };
    for (const Configuration& one : group->configurations)
        EXPECT_THAT(one.set, testing::Contains(steps)) << one.key;
    EXPECT_THAT(commonValues(*group), ElementsAre(steps));
    EXPECT_EQ(group->configurations[3].title, "New : replay 2:1");
    EXPECT_THAT(sweptValues(*group, group->configurations[3]),
        ElementsAre(curriculum::Override { "third", "replay_ratio", 2.0 }));
    EXPECT_TRUE(sweptValues(*group, group->configurations[0]).empty());
    EXPECT_THAT(refusal({ {}, { "last" }, { "third.steps=0.5" } }), HasSubstr("not a whole number"));
}

TEST(Configurations, whatTheProjectDoesNotHaveIsRefused)
{
    EXPECT_THAT(refusal({ {}, { "fourth" }, {} }), HasSubstr("no node 'fourth'"));
    EXPECT_THAT(refusal({ {}, { "first+" }, {} }), HasSubstr("no node ''"));
    EXPECT_THAT(refusal({ {}, {}, { "third.replay=1" } }), HasSubstr("no parameter 'replay'"));
    EXPECT_THAT(refusal({ {}, {}, { "third.steps=many" } }), HasSubstr("not a whole number"));
    EXPECT_THAT(refusal({ {}, {}, { "third.beta=0", "third.beta=1" } }), HasSubstr("given twice"));
    EXPECT_THAT(refusal({ {}, {}, { "caps.temperature=1" } }), HasSubstr("does not apply"));
    EXPECT_THAT(refusal({ { 1, 1 }, {}, {} }), HasSubstr("seed 1 comes twice"));
    EXPECT_THAT(refusal({ {}, { "third", "third" }, {} }), HasSubstr("asked for twice"));
}

TEST(Configurations, aGroupGrowsBySeedsAndConfigurationsAndKeepsItsMembers)
{
    const auto small = makeGroup(threeStages(), { { 1 }, { "third" }, {} });
    const auto more = makeGroup(threeStages(), { { 1, 2 }, { "third", "last" }, {} });
    ASSERT_TRUE(small && more);
    const auto grown = extended(*small, *more);
    ASSERT_TRUE(grown) << grown.error().message();
    EXPECT_EQ(grown->configurations.size(), 3u);
    ASSERT_EQ(grown->members.size(), 6u);
    EXPECT_EQ(grown->members[0], small->members[0]);
    EXPECT_EQ(grown->members[1], small->members[1]);

    RunGroup changed = *more;
    changed.projectHash = "another";
    EXPECT_FALSE(extended(*small, changed));
    changed = *more;
    changed.gate = "auto";
    EXPECT_FALSE(extended(*small, changed));
    changed = *more;
    changed.earlyStop = 0.2;
    EXPECT_EQ(extended(*small, changed)->earlyStop, 0.2) << "the rule may change from call to call";
}

} // namespace
} // namespace msrl::groups
