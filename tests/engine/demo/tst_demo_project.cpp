// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/project.h"
#include "core/curriculum/validate.h"
#include "core/data/readers.h"
#include "engine/demo/demo.h"
#include "engine/demo/demo_project.h"
#include "tests/support/framed_nodes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace msrl::demo {
namespace {

namespace fs = std::filesystem;

fs::path freshFolder(const std::string& name)
{
    const fs::path folder = fs::path(testing::TempDir()) / name;
    fs::remove_all(folder);
    return folder;
}

TEST(DemoProject, whatIsWrittenIsAProjectWithoutProblems)
{
    const fs::path folder = freshFolder("demo_project");
    const auto status = writeDemo(folder, 3, DemoScale::Small);
    ASSERT_TRUE(status) << status.error().message();
    const auto project = curriculum::loadProject(folder / "project.msrl");
    ASSERT_TRUE(project) << project.error().message();
    for (const curriculum::Problem& problem : curriculum::validate(*project, folder))
        ADD_FAILURE() << problem.message();
    std::set<std::string> ids;
    for (const fs::path name :
        { "text_sft", "text_rl", "captioned", "unlabelled", "labelled", "heldout_visual", "heldout_text" }) {
        const auto samples = data::loadSamples(folder / "data" / (name.string() + ".jsonl"));
        ASSERT_TRUE(samples) << samples.error().message();
        EXPECT_FALSE(samples->empty());
        for (const data::Sample& sample : *samples) {
            EXPECT_TRUE(ids.insert(sample.id).second);
            EXPECT_TRUE(data::checkMedia(sample));
            EXPECT_EQ(sample.gold.has_value(), name != "unlabelled");
            EXPECT_EQ(sample.completion.empty(), name != "text_sft");
        }
    }
}

TEST(DemoProject, framesEncloseTheStagesThatTheyNameAndNothingElse)
{
    const curriculum::Project project = demoProject(0, demoSettings(DemoScale::Full));
    using Ids = std::set<std::string>;
    const std::pair<const char*, Ids> wanted[]
        = { { "stage_1", { "base", "text_sft", "text_rl", "sft", "rl_text" } },
              { "stage_2",
                  { "captioned", "captions", "rl_caption", "unlabelled", "unlabelled_captions", "cmkd",
                      "gate", "distil" } },
              { "stage_3", { "labelled", "rl_multimodal", "export" } } };
    EXPECT_EQ(project.frames.size(), std::size(wanted));
    for (const auto& [frame, ids] : wanted) {
        const test::FramedNodes found = test::nodesOf(project, *project.frame(frame));
        EXPECT_EQ(found.inside, ids) << frame;
        EXPECT_EQ(found.touched, ids) << frame;
    }
}

TEST(DemoProject, theFullScaleIsValidToo)
{
    for (const curriculum::Problem& problem :
        curriculum::validate(demoProject(0, demoSettings(DemoScale::Full))))
        ADD_FAILURE() << problem.message();
}

TEST(DemoProject, nodesDoNotOverlapAndEdgesReadLikeText)
{
    const curriculum::Project project = demoProject(0, demoSettings(DemoScale::Full));
    for (const curriculum::Node& a : project.nodes)
        for (const curriculum::Node& b : project.nodes)
            EXPECT_TRUE(&a == &b || std::abs(a.x - b.x) >= 220 || std::abs(a.y - b.y) >= 170)
                << a.id << " " << b.id;
    // To the right, or down to a later row: the graph is wrapped to fit one screen.
    for (const curriculum::Edge& edge : project.edges)
        EXPECT_TRUE(project.node(edge.fromNode)->x < project.node(edge.toNode)->x
            || project.node(edge.fromNode)->y < project.node(edge.toNode)->y)
            << edge.fromNode << " " << edge.toNode;
}

TEST(DemoProject, aFolderWithSomethingInItIsLeftAlone)
{
    const fs::path folder = freshFolder("demo_taken");
    fs::create_directories(folder / "mine");
    EXPECT_FALSE(writeDemo(folder, 0, DemoScale::Small));
    EXPECT_TRUE(fs::exists(folder / "mine"));
    EXPECT_FALSE(fs::exists(folder / "project.msrl"));
}

TEST(DemoData, theSeedDecidesTrainingRowsAndNotHeldOutOnes)
{
    const auto rows = [](const fs::path& folder, const char* name) {
        std::vector<std::string> out;
        const auto samples = data::loadSamples(folder / "data" / name);
        for (const data::Sample& sample : samples.value())
            out.push_back(data::sampleToJson(sample).dump());
        return out;
    };
    const fs::path one = freshFolder("demo_one");
    const fs::path two = freshFolder("demo_two");
    ASSERT_TRUE(writeDemo(one, 1, DemoScale::Small));
    ASSERT_TRUE(writeDemo(two, 2, DemoScale::Small));
    EXPECT_NE(rows(one, "labelled.jsonl"), rows(two, "labelled.jsonl"));
    EXPECT_EQ(rows(one, "heldout_visual.jsonl"), rows(two, "heldout_visual.jsonl"));
}

} // namespace
} // namespace msrl::demo
