// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/data/captions.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

namespace msrl::data {
namespace {

using testing::HasSubstr;

Media image(const std::string& path)
{
    Media media;
    media.path = path;
    return media;
}

// One question about two images, and one pair of images to choose from.
std::vector<Sample> someSamples()
{
    std::vector<Sample> samples(2);
    samples[0].id = "both";
    samples[0].task = TaskType::ImageUnderstanding;
    samples[0].media = { image("a.png"), image("b.png") };
    samples[1].id = "pair";
    samples[1].task = TaskType::ImageGeneration;
    samples[1].mediaA = image("b.png");
    samples[1].mediaB = image("c.png");
    return samples;
}

class Captions : public testing::Test
{
protected:
    base::Status take(const std::string& rows)
    {
        EXPECT_TRUE(base::writeFileAtomically(file, rows));
        return takeCaptions(samples, file);
    }

    tests::TemporaryFolder folder;
    std::filesystem::path file = folder / "captions.jsonl";
    std::vector<Sample> samples = someSamples();
};

TEST_F(Captions, areFoundByTheMedium)
{
    ASSERT_TRUE(take(R"({"image": "c.png", "caption": "a cat", "score": 3})"
                     "\n"
                     R"({"image": "a.png", "caption": "an ant"})"
                     "\n"
                     R"({"video": "b.png", "caption": "a bee"})"
                     "\n"));
    EXPECT_EQ(samples[0].caption, "1: an ant 2: a bee");
    EXPECT_EQ(samples[1].captionA, "a bee");
    EXPECT_EQ(samples[1].captionB, "a cat");
    EXPECT_FALSE(samples[1].caption);
}

TEST_F(Captions, ofPicturesInTheRowAreFoundByTheWholeOfThem)
{
    samples[0].media = { imageInRow("data:image/png;base64,Zm9v"), imageInRow("data:image/png;base64,YmFy") };
    samples.resize(1);
    ASSERT_TRUE(take(R"({"image": "data:image/png;base64,YmFy", "caption": "a bar"})"
                     "\n"
                     R"({"image": "data:image/png;base64,Zm9v", "caption": "a foo"})"
                     "\n"));
    EXPECT_EQ(samples[0].caption, "1: a foo 2: a bar");
}

TEST_F(Captions, ofAnExchangedPairFollowTheirMedia)
{
    samples[1] = swapped(samples[1]);
    ASSERT_TRUE(take("{\"image\":\"a.png\",\"caption\":\"x\"}\n{\"image\":\"b.png\",\"caption\":\"y\"}\n"
                     "{\"image\":\"c.png\",\"caption\":\"z\"}\n"));
    EXPECT_EQ(samples[1].captionA, "z");
    EXPECT_EQ(samples[1].captionB, "y");
}

TEST_F(Captions, thatAreMissingOrThereTwiceAreRefused)
{
    EXPECT_THAT(take("{\"image\":\"a.png\",\"caption\":\"x\"}\n").error().message(),
        testing::AllOf(HasSubstr("both"), HasSubstr("b.png has no row in"), HasSubstr("captions.jsonl")));
    EXPECT_THAT(take("{\"image\":\"a.png\",\"caption\":\"x\"}\n{\"image\":\"a.png\",\"caption\":\"y\"}\n")
                    .error()
                    .message(),
        HasSubstr("captions.jsonl:2"));
    EXPECT_THAT(take("{\"image\":\"a.png\"}\n").error().message(), HasSubstr("caption"));
}

TEST(GiveCaptions, oneMediumHasItsCaptionAsItIs)
{
    Sample sample;
    sample.media = { image("a.png") };
    const std::string captions[] = { "an ant" };
    giveCaptions(sample, captions);
    EXPECT_EQ(sample.caption, "an ant");
}

} // namespace
} // namespace msrl::data
