// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/templates.h"
#include "core/curriculum/validate.h"
#include "core/data/replay_ratio.h"
#include "tests/support/framed_nodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace msrl::curriculum {
namespace {

class Template : public testing::TestWithParam<const char*>
{
};

TEST_P(Template, isWholeAndSavedAsItIs)
{
    const auto project = templateProject(GetParam());
    ASSERT_TRUE(project);
    for (const Problem& problem : validate(*project))
        ADD_FAILURE() << problem.message();
    const std::string text = serialiseProject(*project);
    const auto again = parseProject(text, "again");
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(*again, *project);
    for (const Node& node : project->nodes)
        for (const auto& [name, value] : node.params.items())
            EXPECT_NE(value, findNodeType(node.type)->field(name)->defaultValue) << node.id << "." << name;
}

INSTANTIATE_TEST_SUITE_P(All, Template, testing::Values("paper", "scripts", "single"));

double number(const Project& project, const char* node, const char* field)
{
    return fieldValue(*project.node(node), field).get<double>();
}

// The figures of the paper's table, worked out by hand: 400,000 / 128; 19,442 / (128 · 5/6); 20,038 / 128.
TEST(Templates, paperHasThePapersNumbers)
{
    const Project paper = *templateProject("paper");
    EXPECT_EQ(number(paper, "rl_text", "steps"), 3125);
    EXPECT_EQ(number(paper, "rl_caption", "steps"), 183);
    EXPECT_EQ(number(paper, "rl_multimodal", "steps"), 157);
    EXPECT_EQ(number(paper, "rl_caption", "replay_ratio"), 5);
    EXPECT_EQ(number(paper, "rl_caption", "reward_task"), 0.2);
    EXPECT_EQ(number(paper, "rl_text", "group_size"), 8);
    EXPECT_EQ(number(paper, "rl_text", "lr"), 1e-6);
    EXPECT_EQ(number(paper, "sft", "lr"), 1e-5);
    EXPECT_EQ(number(paper, "distil", "lr"), 2e-6);
    EXPECT_EQ(number(paper, "distil", "epochs"), 1);
    EXPECT_EQ(number(paper, "distil", "max_tiles"), 5);
    EXPECT_EQ(number(paper, "rl_multimodal", "max_tiles"), 5);
    EXPECT_EQ(number(paper, "sft", "final_lr"), 0);
    EXPECT_EQ(number(paper, "rl_text", "beta"), 0.04);
    EXPECT_EQ(fieldValue(*paper.node("rl_text"), "aggregation"), "grpo");
    EXPECT_EQ(fieldValue(*paper.node("rl_caption"), "trained"), "language");
    EXPECT_EQ(fieldValue(*paper.node("distil"), "trained"), "all");
}

TEST(Templates, scriptsHaveTheScriptsNumbers)
{
    const Project scripts = *templateProject("scripts");
    for (const char* stage : { "rl_text", "rl_caption", "rl_multimodal" }) {
        EXPECT_EQ(number(scripts, stage, "prompts_per_step") * number(scripts, stage, "group_size"), 128);
        EXPECT_EQ(number(scripts, stage, "beta"), 0);
        EXPECT_EQ(number(scripts, stage, "reward_format"), 0.2);
        EXPECT_EQ(number(scripts, stage, "reward_task"), 0.04);
        EXPECT_EQ(number(scripts, stage, "clip_high"), 0.28);
        EXPECT_EQ(number(scripts, stage, "top_p"), 0.9);
        EXPECT_EQ(number(scripts, stage, "top_k"), 50);
        EXPECT_EQ(fieldValue(*scripts.node(stage), "scale_rewards"), "none");
        EXPECT_EQ(fieldValue(*scripts.node(stage), "aggregation"), "grpo");
        EXPECT_EQ(fieldValue(*scripts.node(stage), "schedule"), "cosine");
        EXPECT_EQ(number(scripts, stage, "warmup"), 0);
        EXPECT_EQ(number(scripts, stage, "final_lr"), 0);
        EXPECT_EQ(number(scripts, stage, "weight_decay"), 0.1);
        EXPECT_EQ(number(scripts, stage, "lr"), 1e-6);
    }
    for (const char* stage : { "distil", "rl_multimodal" })
        EXPECT_EQ(number(scripts, stage, "max_tiles"), 5);
    EXPECT_EQ(fieldValue(*scripts.node("rl_multimodal"), "trained"), "all");
    EXPECT_EQ(number(scripts, "rl_text", "steps"), 25000);
}

TEST(Templates, theNoteOnReplayTellsWhatTheBatchesAre)
{
    for (const char* key : { "paper", "scripts" }) {
        const Project project = *templateProject(key);
        const int prompts = static_cast<int>(number(project, "rl_caption", "prompts_per_step"));
        std::set<int> replayed;
        for (int step = 0; step < 6; ++step)
            replayed.insert(data::batchComposition(prompts, 5.0, step).replay);
        ASSERT_EQ(replayed.size(), 2U) << key;
        EXPECT_THAT(project.node("rl_caption")->comment,
            testing::HasSubstr(std::to_string(*replayed.begin()) + " or " + std::to_string(*replayed.rbegin())
                + " of a step are replayed"))
            << key;
    }
}

TEST(Templates, framesEncloseTheStagesThatTheyNameAndNothingElse)
{
    for (const char* key : { "paper", "scripts" }) {
        const Project project = *templateProject(key);
        const auto inside = [&](const char* frame) {
            const test::FramedNodes found = test::nodesOf(project, *project.frame(frame));
            EXPECT_EQ(found.inside, found.touched) << frame;
            return found.inside;
        };
        using Ids = std::set<std::string>;
        EXPECT_EQ(project.frames.size(), 3u);
        EXPECT_EQ(inside("stage_1"), (Ids { "base", "text_sft", "text_rl", "sft", "rl_text" }));
        EXPECT_EQ(
            inside("stage_2"), (Ids { "captioned", "captions", "rl_caption", "cmkd", "gate", "distil" }));
        EXPECT_EQ(inside("stage_3"), (Ids { "visual_rl", "rl_multimodal", "export" }));
    }
}

TEST(Templates, everyKeyIsKnownAndOnlyTheDemoNeedsTheEngine)
{
    for (const TemplateInfo& info : projectTemplates()) {
        EXPECT_EQ(findTemplate(info.key), &info);
        EXPECT_FALSE(info.summary.empty());
        EXPECT_EQ(templateProject(info.key).has_value(), info.key != "demo");
    }
    EXPECT_FALSE(findTemplate("none"));
    EXPECT_FALSE(templateProject("none"));
    EXPECT_TRUE(templateProject("blank")->nodes.empty());
}

} // namespace
} // namespace msrl::curriculum
