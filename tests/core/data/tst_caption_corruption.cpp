// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/caption_corruption.h"

#include <gmock/gmock.h>

#include <set>

namespace msrl::data {
namespace {

std::vector<Sample> captioned(int count)
{
    std::vector<Sample> samples(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        Sample& sample = samples[static_cast<std::size_t>(i)];
        sample.id = std::to_string(i);
        sample.task = i % 2 == 0 ? TaskType::ImageUnderstanding : TaskType::ImageGeneration;
        if (i % 2 == 0) {
            sample.caption = "scene " + std::to_string(i % 10); // some alike
        } else {
            sample.captionA = "A " + std::to_string(i);
            sample.captionB = "B " + std::to_string(i);
        }
    }
    return samples;
}

std::set<std::size_t> wrong(const std::vector<Sample>& before, const std::vector<Sample>& after)
{
    std::set<std::size_t> indices;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i].caption != after[i].caption || before[i].captionA != after[i].captionA
            || before[i].captionB != after[i].captionB)
            indices.insert(i);
    }
    return indices;
}

TEST(CaptionCorruption, theShareIsExactAndEveryChosenCaptionIsReallyWrong)
{
    for (const double share : { 0.0, 0.1, 0.25, 0.5, 1.0 }) {
        std::vector<Sample> samples = captioned(60);
        const auto count = corruptCaptions(samples, share, 7, 1);
        ASSERT_TRUE(count);
        EXPECT_EQ(*count, static_cast<std::size_t>(share * 60)) << share;
        EXPECT_EQ(wrong(captioned(60), samples).size(), *count) << share;
    }
}

TEST(CaptionCorruption, captionsComeWholeFromASampleOfTheSameTask)
{
    const std::vector<Sample> before = captioned(60);
    std::vector<Sample> samples = before;
    ASSERT_TRUE(corruptCaptions(samples, 1, 7, 1));
    for (const Sample& sample : samples) {
        const auto isDonor = [&sample](const Sample& other) {
            return other.task == sample.task && other.caption == sample.caption
                && other.captionA == sample.captionA && other.captionB == sample.captionB;
        };
        EXPECT_TRUE(std::any_of(before.begin(), before.end(), isDonor)) << sample.id;
    }
}

TEST(CaptionCorruption, aLargerShareSpoilsTheSameSamplesAndMore)
{
    std::vector<Sample> some = captioned(60);
    std::vector<Sample> more = captioned(60);
    ASSERT_TRUE(corruptCaptions(some, 0.2, 7, 1));
    ASSERT_TRUE(corruptCaptions(more, 0.6, 7, 1));
    for (const std::size_t i : wrong(captioned(60), some)) {
        EXPECT_EQ(some[i].caption, more[i].caption);
        EXPECT_EQ(some[i].captionA, more[i].captionA);
    }
    std::vector<Sample> other = captioned(60);
    ASSERT_TRUE(corruptCaptions(other, 0.2, 8, 1));
    EXPECT_NE(wrong(captioned(60), some), wrong(captioned(60), other)) << "another seed, other samples";
}

TEST(CaptionCorruption, withoutAnotherCaptionItSaysWhichSample)
{
    std::vector<Sample> samples = captioned(1);
    samples[0].place = "data.jsonl:1";
    const auto refused = corruptCaptions(samples, 1, 7, 1);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), testing::HasSubstr("data.jsonl:1"));
}

} // namespace
} // namespace msrl::data
