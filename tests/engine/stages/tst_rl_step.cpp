// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/rl_step.h"
#include "recording.h"

#include <gtest/gtest.h>

namespace msrl::stages {
namespace {

TEST(PromptSource, asksForTheTagsOfItsStage)
{
    data::Sample text;
    data::Sample visual;
    visual.task = data::TaskType::VideoGeneration;
    const PromptSource captions { "new", text::PromptMode::Caption, {} };
    const PromptSource pixels { "new", text::PromptMode::Visual, {} };
    EXPECT_FALSE(captions.requirements(text).type);
    EXPECT_TRUE(captions.requirements(visual).type);
    EXPECT_FALSE(captions.requirements(visual).caption);
    EXPECT_TRUE(pixels.requirements(visual).caption);
}

TEST(MetricBatch, leavesOutWhatWasNotMeasuredAndKeepsTheRest)
{
    RecordingSink sink;
    MetricBatch batch("rl", 4);
    batch.add("kl", NAN);
    batch.add("reward", 0.5, "replay");
    batch.send(sink);
    ASSERT_EQ(sink.points.size(), 1u);
    EXPECT_EQ(sink.points[0].name, "reward");
    EXPECT_EQ(sink.points[0].source, "replay");
    EXPECT_EQ(sink.points[0].step, 4);
}

TEST(Tally, isMeanAndSampleDeviation)
{
    Tally tally;
    EXPECT_TRUE(std::isnan(tally.mean()));
    for (const double value : { 1.0, 2.0, 6.0 })
        tally.add(value);
    EXPECT_DOUBLE_EQ(tally.mean(), 3.0);
    EXPECT_DOUBLE_EQ(tally.deviation(), std::sqrt(7.0)); // (4 + 1 + 9) / 2
    EXPECT_DOUBLE_EQ(tally.min(), 1.0);
    EXPECT_DOUBLE_EQ(tally.max(), 6.0);
}

} // namespace
} // namespace msrl::stages
