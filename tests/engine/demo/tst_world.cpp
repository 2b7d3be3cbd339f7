// SPDX-License-Identifier: GPL-3.0-or-later
// The world's rules, checked from outside on many drawn examples.
#include "engine/demo/samples.h"
#include "engine/demo/world.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

namespace msrl::demo {
namespace {

using base::RandomStream;
using data::TaskType;

constexpr int kExamples = 2000;

// Looks the asked thing up in the words of the caption or passage, as a reader would.
std::string lookUp(const Example& example)
{
    std::string words = example.scenes.empty() ? example.context.substr(6) : caption(example.scenes.front());
    words.pop_back(); // the full stop
    std::istringstream in(words);
    for (std::string part; std::getline(in, part, ',');) {
        if (part.front() == ' ')
            part.erase(0, 1);
        std::istringstream partWords(part);
        const std::vector<std::string> word { std::istream_iterator<std::string>(partWords), {} };
        for (std::size_t i = 0; i < word.size(); ++i) {
            if (word[i] != example.key)
                continue;
            if (example.query.starts_with("What color"))
                return word[i - 1];
            std::string rest;
            for (std::size_t j = i + 1; j < word.size(); ++j)
                rest += (rest.empty() ? "" : " ") + word[j];
            return rest;
        }
    }
    return "nothing";
}

TEST(World, theRightAnswerIsTheOneThatTheSceneShows)
{
    RandomStream random(5, "test");
    for (int i = 0; i < kExamples; ++i) {
        for (const TaskType task :
            { TaskType::Text, TaskType::ImageUnderstanding, TaskType::VideoUnderstanding }) {
            const Example example = makeExample(task, random);
            if (!example.isQuestion())
                continue;
            EXPECT_EQ(lookUp(example), example.good) << example.context << example.query;
            EXPECT_NE(example.good, example.bad);
        }
    }
}

TEST(World, theGoodPictureIsWhatWasAskedForAndTheBadOneIsNot)
{
    RandomStream random(6, "test");
    for (int i = 0; i < kExamples; ++i) {
        for (const TaskType task : { TaskType::ImageGeneration, TaskType::VideoGeneration }) {
            const Example example = makeExample(task, random);
            const auto shows = [&](const Scene& scene) {
                return caption(scene).find(" " + example.query + ".") != std::string::npos;
            };
            EXPECT_TRUE(shows(example.scenes[0]));
            EXPECT_FALSE(shows(example.scenes[1]));
        }
    }
}

TEST(World, moversHaveAFreeNeighbourAndCellsHoldOneObject)
{
    RandomStream random(7, "test");
    for (int i = 0; i < kExamples; ++i) {
        const Example example = makeExample(TaskType::VideoUnderstanding, random);
        const Scene& scene = example.scenes.front();
        std::set<std::size_t> cells;
        for (const SceneObject& object : scene.objects)
            EXPECT_TRUE(cells.insert(object.cell).second);
        for (const SceneObject& object : scene.objects) {
            if (object.action.kind != Action::Kind::Moves)
                continue;
            const std::size_t to = neighbour(object.cell, object.action.value);
            ASSERT_LT(to, kCells.size());
            EXPECT_FALSE(cells.contains(to));
        }
        EXPECT_GE(scene.changeFrame, 1u);
        EXPECT_LT(scene.changeFrame, kVideoFrames);
    }
}

TEST(World, positionsAreFairAndThreeWordRequestsThreeTimesAsFrequent)
{
    RandomStream random(8, "test");
    int first = 0;
    std::map<std::string, int> kinds;
    for (int i = 0; i < kExamples; ++i) {
        const Example example = makeExample(TaskType::Text, random);
        first += example.goodFirst ? 1 : 0;
        ++kinds[example.kind];
    }
    // Five standard deviations of a fair draw.
    EXPECT_NEAR(first, kExamples / 2, 5 * 0.5 * std::sqrt(kExamples));
    ASSERT_EQ(kinds.size(), 7u);
    for (const auto& [kind, count] : kinds) {
        const double share = (kind == "full" ? 3 : 1) / 9.0;
        EXPECT_NEAR(count, kExamples * share, 5 * std::sqrt(kExamples * share * (1 - share))) << kind;
    }
}

TEST(World, anExampleIsAFunctionOfItsStream)
{
    RandomStream one(9, "test", { 3 });
    RandomStream two(9, "test", { 3 });
    RandomStream other(9, "test", { 4 });
    const std::string text = identity(makeExample(TaskType::VideoGeneration, one));
    EXPECT_EQ(text, identity(makeExample(TaskType::VideoGeneration, two)));
    EXPECT_NE(text, identity(makeExample(TaskType::VideoGeneration, other)));
}

TEST(World, reasoningNamesTheFactAndBothCandidates)
{
    Example example;
    example.key = "circle";
    example.good = example.goodValue = "red";
    example.bad = example.badValue = "blue";
    EXPECT_EQ(reasoning(example), " circle: red. A: red yes. B: blue no.");
    example.goodFirst = false;
    EXPECT_EQ(reasoning(example), " circle: red. A: blue no. B: red yes.");
}

TEST(HeldOut, nothingThatTrainsIsHeldOut)
{
    const HeldOut heldOut;
    std::set<std::string> held;
    for (const auto* list : { &heldOut.visual(), &heldOut.text() })
        for (const Example& example : *list)
            EXPECT_TRUE(held.insert(identity(example)).second);
    RandomStream random(10, "test");
    for (int i = 0; i < kExamples; ++i) {
        Example example = heldOut.fresh(TaskType::ImageGeneration, random);
        EXPECT_FALSE(held.contains(identity(example)));
        example.goodFirst = !example.goodFirst;
        EXPECT_FALSE(held.contains(identity(example)));
    }
}

TEST(Samples, showTheCandidatesInTheirOrder)
{
    RandomStream random(11, "test");
    Example example = makeExample(TaskType::ImageGeneration, random);
    example.goodFirst = false;
    const data::Sample sample = toSample(example, "x", "media/set");
    EXPECT_EQ(sample.gold, data::Side::B);
    EXPECT_EQ(sample.captionB, caption(example.scenes[0]));
    EXPECT_EQ(sample.mediaA->path, "media/set/x-a.png");
}

} // namespace
} // namespace msrl::demo
