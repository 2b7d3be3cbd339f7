// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/leakage.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace msrl::data {
namespace {

using tests::TemporaryFolder;

Sample pairOf(const std::string& id, const std::string& query, const std::string& a, const std::string& b)
{
    Sample sample;
    sample.id = id;
    sample.query = query;
    sample.responseA = a;
    sample.responseB = b;
    return sample;
}

Media imageOf(const TemporaryFolder& folder, const std::string& name, const std::string& bytes)
{
    return { Media::Kind::Image, name, folder.write(name, bytes) };
}

TEST(Leakage, findsMediaByTheirBytesAndPairsByTheirText)
{
    const TemporaryFolder folder;
    std::vector<Sample> training { pairOf("renamed picture", "own question", "x", "y"),
        pairOf("other picture", "Describe  the image.", "x", "y"),
        pairOf("exchanged", "WHAT is\nit?", "A dog", "a  CAT "), pairOf("new", "something else", "x", "y") };
    training[0].media = { imageOf(folder, "a/new-name.png", "same bytes") };
    training[1].media = { imageOf(folder, "a/other.png", "other bytes") };
    std::vector<Sample> benchmark { pairOf("b0", "describe the image.", "p", "q"),
        pairOf("b1", "What is it?", "a cat", "a dog") };
    benchmark[0].media = { imageOf(folder, "b/0.png", "same bytes") };
    const auto leaks = findLeaks(training, benchmark);
    ASSERT_TRUE(leaks) << leaks.error().message();
    ASSERT_EQ(leaks->size(), 3U);
    EXPECT_EQ((*leaks)[0].kind, Leak::Kind::Media);
    EXPECT_EQ((*leaks)[0].place, "sample renamed picture");
    EXPECT_EQ((*leaks)[0].other, "sample b0");
    EXPECT_EQ((*leaks)[1].kind, Leak::Kind::Question);
    EXPECT_EQ((*leaks)[1].place, "sample other picture");
    EXPECT_EQ((*leaks)[2].kind, Leak::Kind::Pair);
    EXPECT_EQ((*leaks)[2].place, "sample exchanged");
    EXPECT_EQ(countLeaks(*leaks, Leak::Kind::Pair), 1);
}

TEST(Leakage, aVideoIsTheSameByAllItsFrames)
{
    const TemporaryFolder folder;
    folder.write("v/0.png", "one");
    folder.write("v/1.png", "two");
    folder.write("w/a.png", "one");
    folder.write("w/b.png", "two");
    folder.write("u/0.png", "one");
    const auto video = [&](const std::string& name) {
        Sample sample = pairOf(name, name, "x", "y");
        sample.task = TaskType::VideoUnderstanding;
        sample.media = { { Media::Kind::Video, name, folder.path() / name } };
        return sample;
    };
    const std::vector<Sample> training { video("v"), video("u") };
    const std::vector<Sample> benchmark { video("w") };
    const auto leaks = findLeaks(training, benchmark);
    ASSERT_TRUE(leaks);
    ASSERT_EQ(leaks->size(), 1U);
    EXPECT_EQ(leaks->front().place, "sample v");
    const std::vector<Sample> lost { video("none") };
    EXPECT_FALSE(findLeaks(lost, benchmark));
}

} // namespace
} // namespace msrl::data
