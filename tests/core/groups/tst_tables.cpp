// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/groups/tables.h"
#include "group_sample.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace msrl::groups {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

GroupSummary summary(std::vector<std::uint64_t> seeds)
{
    const RunGroup group = *makeGroup(threeStages(), { seeds, { "paper" }, {} });
    std::vector<MemberResult> members;
    for (const Member& member : group.members) {
        EvaluatedPolicy policy;
        policy.node = "last";
        policy.figures["pixels.accuracy"] = { member.configuration == "full" ? 0.8 : 0.6, 100 };
        policy.figures["pixels.by_task/video_generation"] = { 0.7, 40 };
        policy.figures["captions.by_task/image_generation"] = { 0.9, 40 };
        members.push_back(finishedMember(member.configuration, member.seed, { policy }));
    }
    return *summarise(group, members);
}

TEST(Tables, thePapersFormHasItsFiguresBesideAndTheDifference)
{
    const Table table = tableOf(summary({ 1, 2 }));
    EXPECT_THAT(table.head, ElementsAre("configuration", "seeds", "pixels", "difference", "paper"));
    ASSERT_EQ(table.rows.size(), 5u);
    EXPECT_THAT(
        table.rows[0], ElementsAre("without stage 1", "2", "0.600 ± 0.000", "−0.200 ± 0.000", "68.8"));
    EXPECT_THAT(table.rows[4], ElementsAre("full curriculum", "2", "0.800 ± 0.000", "–", "75.9"));
}

TEST(Tables, tasksTakeThePlaceOfTheMainFigures)
{
    const Table table = tableOf(summary({ 1 }), TableColumns::ByTask);
    EXPECT_THAT(table.head,
        ElementsAre("configuration", "seeds", "pixels, video generation", "captions, image generation",
            "difference", "paper"));
    const judge::Interval wilson = judge::wilsonInterval(28, 40);
    EXPECT_EQ(table.rows[0][2], fmt::format("0.700 [{:.3f}, {:.3f}]", wilson.low, wilson.high));
}

TEST(Tables, everyFormHoldsTheSameCellsInItsOwnWriting)
{
    const Table table = tableOf(summary({ 1 }));
    EXPECT_THAT(
        markdownTable(table), HasSubstr("| without stage 1 | 1 | 0.600 [0.502, 0.691] | −0.200 | 68.8 |\n"));
    EXPECT_THAT(
        latexTable(table), HasSubstr("without stage 1 & 1 & 0.600 [0.502, 0.691] & $-$0.200 & 68.8 \\\\\n"));
    EXPECT_THAT(textTable(table), HasSubstr("without stage 1"));
    EXPECT_THAT(markdownTable(table), HasSubstr("one seed only"));
}

TEST(Tables, csvHasEveryMeasureAndNamesTheInterval)
{
    EXPECT_THAT(csvTable(summary({ 1, 2 })),
        HasSubstr("full,full curriculum,pixels.accuracy,2,0.8,0.8,0.8,student-t-95-over-seeds\n"));
    EXPECT_THAT(csvTable(summary({ 1 })), HasSubstr("wilson-95-over-judgements\n"));
}

TEST(Tables, charactersWithAMeaningAreEscaped)
{
    Table table;
    table.head = { "a_b", "50%|x" };
    table.rows = { { "1 ± 2", "−3 & 4" } };
    EXPECT_THAT(latexTable(table), HasSubstr("a\\_b & 50\\%|x \\\\"));
    EXPECT_THAT(latexTable(table), HasSubstr("1 $\\pm$ 2 & $-$3 \\& 4 \\\\"));
    EXPECT_THAT(markdownTable(table), HasSubstr("50%\\|x"));
    table.rows = { { "0.5 (0.4–0.6)", "C:\\~x^2" } };
    EXPECT_THAT(latexTable(table),
        HasSubstr("0.5 (0.4--0.6) & C:\\textbackslash{}\\textasciitilde{}x\\textasciicircum{}2 \\\\"));
    table.rows = { { "a, \"b\"", "plain" } };
    EXPECT_EQ(csvCells(table), "a_b,50%|x\n\"a, \"\"b\"\"\",plain\n");
    table.strong = { { false, true } };
    EXPECT_THAT(markdownTable(table), HasSubstr("| **plain** |"));
    EXPECT_THAT(latexTable(table), HasSubstr("& \\textbf{plain} \\\\"));
}

TEST(Tables, jsonSaysWhatEachFigureIs)
{
    const base::Json json = summaryToJson(summary({ 1, 2 }));
    EXPECT_EQ(json["main_measure"], "pixels.accuracy");
    const base::Json& full = json["rows"].back();
    EXPECT_EQ(full["configuration"], "full");
    EXPECT_EQ(full["measures"]["pixels.accuracy"]["by_seed"]["2"], 0.8);
    EXPECT_EQ(full["measures"]["pixels.accuracy"]["interval"], "student-t-95-over-seeds");
    EXPECT_EQ(json["members"].size(), 10u);
}

} // namespace
} // namespace msrl::groups
