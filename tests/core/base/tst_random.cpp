// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

namespace msrl::base {
namespace {

using Words = std::array<std::uint32_t, 4>;

// The known answers published with the Random123 library.
TEST(Random, philoxGivesThePublishedAnswers)
{
    EXPECT_EQ(
        philox4x32({ 0, 0, 0, 0 }, { 0, 0 }), (Words { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 }));
    EXPECT_EQ(philox4x32({ ~0U, ~0U, ~0U, ~0U }, { ~0U, ~0U }),
        (Words { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd }));
    EXPECT_EQ(philox4x32({ 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, { 0xa4093822, 0x299f31d0 }),
        (Words { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 }));
}

TEST(Random, streamsAreNamedBySeedPurposeAndIndices)
{
    std::set<std::uint64_t> first;
    for (std::uint64_t seed : { 0, 1 })
        for (const char* purpose : { "", "rollout", "shuffle" })
            for (std::uint64_t index = 0; index < 50; ++index)
                first.insert(RandomStream(seed, purpose, { index }).nextU64());
    first.insert(RandomStream(0, "rollout").nextU64());
    first.insert(RandomStream(0, "rollout", { 0, 0 }).nextU64());
    EXPECT_EQ(first.size(), 302u);
    EXPECT_EQ(RandomStream(7, "x", { 1, 2 }).nextU64(), RandomStream(7, "x", { 1, 2 }).nextU64());
    EXPECT_NE(RandomStream(7, "x", { 1, 2 }).nextU64(), RandomStream(7, "x", { 2, 1 }).nextU64());
}

TEST(Random, seekContinuesAnySequence)
{
    RandomStream whole(3, "seek");
    std::vector<std::uint64_t> numbers(25);
    for (auto& number : numbers)
        number = whole.nextU64();
    for (std::size_t from = 0; from < numbers.size(); ++from) {
        RandomStream part(3, "seek");
        part.seek(from);
        EXPECT_EQ(part.nextU64(), numbers[from]);
        EXPECT_EQ(part.position(), from + 1);
    }
}

TEST(Random, uniformNormalAndBelowHaveTheirMoments)
{
    RandomStream random(11, "moments");
    constexpr int kDraws = 200000;
    double sum = 0, normalSum = 0, squares = 0, fourth = 0;
    std::array<int, 7> counts {};
    for (int i = 0; i < kDraws; ++i) {
        const double u = random.uniform();
        ASSERT_TRUE(u >= 0 && u < 1);
        sum += u;
        const double z = random.normal();
        normalSum += z;
        squares += z * z;
        fourth += z * z * z * z;
        ++counts[random.below(7)];
    }
    EXPECT_NEAR(sum / kDraws, 0.5, 0.003);
    EXPECT_NEAR(normalSum / kDraws, 0, 0.01);
    EXPECT_NEAR(squares / kDraws, 1, 0.015);
    EXPECT_NEAR(fourth / kDraws, 3, 0.12);
    for (int count : counts)
        EXPECT_NEAR(count, kDraws / 7.0, 800);
}

TEST(Random, betweenCoversTheWholeRange)
{
    RandomStream random(5, "between");
    std::set<std::int64_t> seen;
    for (int i = 0; i < 500; ++i)
        seen.insert(random.between(-2, 3));
    EXPECT_EQ(seen, (std::set<std::int64_t> { -2, -1, 0, 1, 2, 3 }));
    EXPECT_EQ(random.between(9, 9), 9);
}

TEST(Random, shuffleIsAPermutationAndFair)
{
    std::array<int, 6> orders {};
    for (std::uint64_t i = 0; i < 12000; ++i) {
        std::vector<int> items { 0, 1, 2 };
        RandomStream(1, "shuffle", { i }).shuffle(items);
        ASSERT_TRUE(std::is_permutation(items.begin(), items.end(), std::vector<int> { 0, 1, 2 }.begin()));
        ++orders[static_cast<std::size_t>(items[0] * 2 + (items[1] > items[2] ? 1 : 0))];
    }
    for (int count : orders)
        EXPECT_NEAR(count, 2000, 200);
}

// Values of a second implementation (Python integers). A change here would change every run ever made.
TEST(Random, numbersNeverChange)
{
    RandomStream random(42, "frozen", { 1, 2, 3 });
    EXPECT_EQ(random.nextU64(), 15420957795566618557ULL);
    EXPECT_EQ(random.nextU64(), 13014093302123256362ULL);
    EXPECT_EQ(random.uniform(), 0.11594992262446269);
    EXPECT_EQ(random.normal(), 1.2407367229388049);
    EXPECT_EQ(random.below(1000000), 905029u);
}

} // namespace
} // namespace msrl::base
