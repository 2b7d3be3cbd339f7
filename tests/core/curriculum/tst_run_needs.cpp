// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/run_needs.h"
#include "core/curriculum/templates.h"

#include <gtest/gtest.h>

namespace msrl::curriculum {
namespace {

constexpr ModelSize kModel { 300, 20, 1000 };

Node stage(const std::string& type, base::Json params)
{
    Node node;
    node.id = node.type = type;
    node.params = std::move(params);
    return node;
}

// By hand: 1,320 weights of 4 bytes, and for each that is trained a gradient and two moments.
TEST(RunNeeds, whatIsTrainedNeedsGradientsAndMoments)
{
    const base::Json plain = { { "trained", "language" }, { "checkpoint_every", 0 } };
    EXPECT_EQ(needsOf(stage("sft", plain), kModel).memory, 1320 * 4 + 1000 * 12);
    EXPECT_EQ(needsOf(stage("sft", plain), kModel).result, 1320 * 4);
    EXPECT_EQ(needsOf(stage("sft", plain), kModel).checkpoints, 0);
    EXPECT_EQ(
        needsOf(stage("sft", { { "trained", "language+projector" } }), kModel).memory, 1320 * 4 + 1020 * 12);
    EXPECT_EQ(needsOf(stage("sft", { { "trained", "all" } }), kModel).memory, 1320 * 16);
}

TEST(RunNeeds, aKlTermHoldsItsReference)
{
    EXPECT_EQ(needsOf(stage("rl", { { "trained", "all" }, { "beta", 0.04 } }), kModel).memory, 1320 * 20);
    EXPECT_EQ(needsOf(stage("rl", { { "trained", "all" }, { "beta", 0 } }), kModel).memory, 1320 * 16);
}

TEST(RunNeeds, bfloat16KeepsTheWeightsThatLearnInFloat32)
{
    const base::Json half = { { "trained", "all" }, { "compute_dtype", "bfloat16" } };
    EXPECT_EQ(needsOf(stage("sft", half), kModel).memory, 1320 * (2 + 2 + 8 + 4));
}

TEST(RunNeeds, theStageThatKeepsMostSaysWhatCheckpointsTake)
{
    const base::Json few = { { "trained", "all" }, { "checkpoint_every", 10 }, { "checkpoint_keep", 1 } };
    const base::Json many = { { "trained", "all" }, { "checkpoint_every", 10 }, { "checkpoint_keep", 4 } };
    const StageNeeds a = needsOf(stage("sft", few), kModel), b = needsOf(stage("sft", many), kModel);
    EXPECT_EQ(a.checkpoints, 2 * 1320 * 12);
    EXPECT_EQ(b.checkpoints, 5 * 1320 * 12);
    EXPECT_EQ(diskOf({ { "a", a }, { "b", b } }), 2 * 1320 * 4 + 5 * 1320 * 12);
}

TEST(RunNeeds, everyStageOfThePaperFindsItsModel)
{
    const Project paper = *templateProject("paper");
    std::string model;
    for (const Node& node : paper.nodes)
        if (node.type == "model")
            model = node.id;
    const auto needs = runNeeds(paper, { { model, kModel } });
    for (const Node& node : paper.nodes) {
        const bool works
            = node.type == "sft" || node.type == "rl" || node.type == "cmkd" || node.type == "evaluate";
        EXPECT_EQ(needs.contains(node.id), works) << node.id;
        if (works)
            EXPECT_EQ(modelBehind(paper, node.id)->id, model);
    }
    EXPECT_TRUE(runNeeds(paper, {}).empty());
}

TEST(RunNeeds, aCycleOfPoliciesHasNoModel)
{
    Project project;
    project.nodes = { stage("sft", {}), stage("rl", {}) };
    project.edges = { { "sft", "policy", "rl", "policy" }, { "rl", "policy", "sft", "policy" } };
    EXPECT_EQ(modelBehind(project, "rl"), nullptr);
    EXPECT_EQ(modelBehind(project, "nobody"), nullptr);
}

} // namespace
} // namespace msrl::curriculum
