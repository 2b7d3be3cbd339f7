// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/subset.h"

#include <gmock/gmock.h>

#include <set>

namespace msrl::data {
namespace {

using testing::HasSubstr;

std::vector<Sample> samples(int count)
{
    std::vector<Sample> out(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        Sample& sample = out[static_cast<std::size_t>(i)];
        sample.id = std::to_string(i);
        sample.query = "q" + std::to_string(i);
        sample.responseA = "x";
        sample.responseB = "y";
        sample.gold = Side::A;
    }
    return out;
}

std::vector<std::string> ids(const std::vector<Sample>& list)
{
    std::vector<std::string> out;
    for (const Sample& sample : list)
        out.push_back(sample.id);
    return out;
}

TEST(Subset, limitKeepsTheOrderAndSeedsChangeIt)
{
    EXPECT_EQ(ids(selectSubset(samples(5), { .limit = 2 })), (std::vector<std::string> { "0", "1" }));
    EXPECT_EQ(selectSubset(samples(5), { .limit = 9 }).size(), 5u);
    const auto one = ids(selectSubset(samples(50), { .limit = 10, .shuffleSeed = 1 }));
    EXPECT_EQ(one, ids(selectSubset(samples(50), { .limit = 10, .shuffleSeed = 1 })));
    EXPECT_NE(one, ids(selectSubset(samples(50), { .limit = 10, .shuffleSeed = 2 })));
    EXPECT_EQ(std::set<std::string>(one.begin(), one.end()).size(), 10u);
}

TEST(Subset, swapsKeepTheGoldWithItsCandidate)
{
    const auto random = withSwaps(samples(400), SwapMode::Random, 3);
    ASSERT_TRUE(random.ok());
    int exchanged = 0;
    for (const Sample& sample : *random) {
        EXPECT_EQ(sample.gold == Side::A ? sample.responseA : sample.responseB, "x");
        exchanged += sample.gold == Side::B ? 1 : 0;
    }
    EXPECT_NEAR(exchanged, 200, 50);
    const auto both = withSwaps(samples(2), SwapMode::Both, 3);
    ASSERT_TRUE(both.ok());
    EXPECT_EQ(ids(*both), (std::vector<std::string> { "0", "0~swapped", "1", "1~swapped" }));
    EXPECT_EQ((*both)[1].gold, Side::B);
}

TEST(Subset, writtenJudgementsAreNotSwapped)
{
    auto list = samples(2);
    list[1].completion = "<think>A</think>";
    list[1].place = "sft.jsonl:2";
    const auto refused = withSwaps(list, SwapMode::Random, 0);
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().message(), HasSubstr("sft.jsonl:2, sample 1, field completion"));
    EXPECT_TRUE(withSwaps(list, SwapMode::None, 0).ok());
}

TEST(Subset, needsNameTheFirstRowThatLacksThem)
{
    auto list = samples(3);
    EXPECT_TRUE(checkNeeds(list, { .gold = true, .caption = true, .media = true }).ok()); // text has no media
    list[2].gold.reset();
    list[2].place = "rl.jsonl:3";
    const auto refused = checkNeeds(list, { .gold = true });
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.error().message(), HasSubstr("rl.jsonl:3, sample 2, field gold"));
    EXPECT_FALSE(checkNeeds(list, { .completion = true }).ok());
    list[0].task = TaskType::ImageUnderstanding;
    EXPECT_FALSE(checkNeeds(list, { .caption = true }).ok());
    EXPECT_FALSE(checkNeeds(list, { .media = true }).ok());
}

TEST(Subset, heldOutRowsAreFoundInEitherOrder)
{
    auto train = samples(4);
    std::vector<Sample> heldOut { swapped(train[2]), samples(9)[8] };
    heldOut[0].id = "other";
    EXPECT_THAT(sharedContent(train, heldOut), testing::ElementsAre(testing::Pair(2u, 0u)));
}

} // namespace
} // namespace msrl::data
