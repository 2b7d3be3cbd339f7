// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/batch/micro_batch.h"
#include "tests/engine/update/tiny_policy.h"

#include <ATen/ops/full.h>

#include <set>

using namespace msrl;
using batch::MicroBatch;

namespace {

std::vector<std::int64_t> values(const at::Tensor& ids)
{
    const std::int64_t* data = ids.const_data_ptr<std::int64_t>();
    return { data, data + ids.numel() };
}

} // namespace

TEST(MicroBatch, holdsEveryCompletionOnceWithinTheBudget)
{
    const auto groups = test::tinyGroups(test::tinyPrompts(30, true), 5);
    for (std::int64_t budget : { 64, 200, 1000, 100000 }) {
        const auto batches = batch::makeMicroBatches(groups, { budget, false });
        ASSERT_TRUE(batches.ok()) << batches.error().message();
        std::set<std::pair<std::size_t, std::size_t>> seen;
        for (const MicroBatch& one : *batches) {
            EXPECT_LE(one.cost(), budget);
            ASSERT_EQ(one.rows.offsets.size(), one.origins.size() + 1);
            const auto ids = values(one.rows.ids);
            const auto targets = values(one.targets);
            for (std::size_t row = 0; row < one.origins.size(); ++row) {
                const batch::RowOrigin origin = one.origins[row];
                EXPECT_TRUE(seen.emplace(origin.group, origin.completion).second);
                const batch::Group& group = groups[origin.group];
                const auto& completion = group.completions[origin.completion];
                const auto begin = static_cast<std::size_t>(one.rows.offsets[row]);
                const auto end = static_cast<std::size_t>(one.rows.offsets[row + 1]);
                EXPECT_EQ(std::vector<std::int64_t>(targets.begin() + static_cast<long>(begin),
                              targets.begin() + static_cast<long>(end)),
                    completion.ids);
                EXPECT_EQ(ids[begin], group.prompt.ids.back());
                for (std::size_t t = begin + 1; t < end; ++t)
                    EXPECT_EQ(ids[t], completion.ids[t - begin - 1]);
                const auto prompt = static_cast<std::size_t>(one.rows.prompts[row]);
                const auto promptIds = values(one.rows.promptIds);
                EXPECT_EQ(std::vector<std::int64_t>(promptIds.begin() + one.rows.promptOffsets[prompt],
                              promptIds.begin() + one.rows.promptOffsets[prompt + 1]),
                    std::vector<std::int64_t>(group.prompt.ids.begin(), group.prompt.ids.end() - 1));
                EXPECT_FLOAT_EQ(one.advantages[static_cast<std::int64_t>(begin)].item().toFloat(),
                    static_cast<float>(completion.advantage));
            }
        }
        EXPECT_EQ(seen.size(), 150U);
    }
}

TEST(MicroBatch, putsTheLongestPromptsFirst)
{
    const auto batches
        = batch::makeMicroBatches(test::tinyGroups(test::tinyPrompts(30, false), 2), { 200, false });
    ASSERT_TRUE(batches.ok());
    for (std::size_t i = 1; i < batches->size(); ++i)
        EXPECT_LE((*batches)[i].rows.promptOffsets[1], (*batches)[i - 1].rows.promptOffsets[1]);
}

TEST(MicroBatch, leavesOutZeroAdvantagesOnRequest)
{
    const auto groups = test::tinyGroups(test::tinyPrompts(6, false), 6);
    const auto batches = batch::makeMicroBatches(groups, { 1000, true });
    ASSERT_TRUE(batches.ok());
    std::size_t rows = 0;
    for (const MicroBatch& one : *batches)
        rows += one.origins.size();
    EXPECT_EQ(rows, 24U);
}

TEST(MicroBatch, carriesTilesInTheOrderOfThePrompts)
{
    const auto groups = test::tinyGroups(test::tinyPrompts(6, true), 1);
    const auto batches = batch::makeMicroBatches(groups, { 100000, false });
    ASSERT_TRUE(batches.ok());
    ASSERT_EQ(batches->size(), 1U);
    const MicroBatch& one = batches->front();
    EXPECT_EQ(one.media.numTiles, 3);
    std::int64_t tile = 0;
    for (const batch::RowOrigin& origin : one.origins) {
        if (const at::Tensor& pixels = groups[origin.group].prompt.pixels; pixels.defined()) {
            EXPECT_TRUE(one.media.pixels[tile++].equal(pixels[0]));
        }
    }
    EXPECT_EQ(tile, 3);
}

TEST(MicroBatch, refusesWithTheSampleAndTheCounts)
{
    auto groups = test::tinyGroups(test::tinyPrompts(3, false), 2);
    groups[2].completions[1].ids.assign(100, 7);
    groups[2].completions[1].oldLogprobs.clear();
    groups[2].completions[1].refLogprobs.clear();
    const auto over = batch::makeMicroBatches(groups, { 90, false });
    ASSERT_FALSE(over.ok());
    EXPECT_NE(over.error().message().find("tiny-2"), std::string::npos);
    EXPECT_NE(over.error().message().find("100"), std::string::npos);
    groups[2].completions[1].ids.clear();
    EXPECT_FALSE(batch::makeMicroBatches(groups, { 1000, false }).ok());
    groups[2].completions[1].ids = { 7 };
    groups[2].completions[1].oldLogprobs = { 0.0F, 0.0F };
    EXPECT_FALSE(batch::makeMicroBatches(groups, { 1000, false }).ok());
}

TEST(MicroBatch, sharesEvenlyAndPacksModerately)
{
    const auto groups = test::tinyGroups(test::tinyPrompts(30, false), 4);
    batch::MicroBatchOptions options;
    options.tokenBudget = 4096;
    options.packTokens = 300;
    options.workers = 2;
    const auto batches = batch::makeMicroBatches(groups, options);
    ASSERT_TRUE(batches.ok());
    std::vector<std::int64_t> tokens(2, 0), largest(2, 0), smallest(2, 1 << 20);
    std::set<std::pair<std::size_t, std::size_t>> seen;
    int worker = 0;
    for (const batch::MicroBatch& one : *batches) {
        EXPECT_GE(one.worker, worker); // worker by worker
        worker = one.worker;
        const auto w = static_cast<std::size_t>(worker);
        EXPECT_LE(one.cost(), 300);
        tokens[w] += one.cost();
        largest[w] = std::max(largest[w], one.cost());
        smallest[w] = std::min(smallest[w], one.cost());
        for (const batch::RowOrigin& origin : one.origins)
            EXPECT_TRUE(seen.emplace(origin.group, origin.completion).second);
    }
    EXPECT_EQ(seen.size(), 120U);
    EXPECT_EQ(worker, 1);
    // Apart by at most one group (prompt of 40, four completions of 24), and padding.
    EXPECT_LE(std::abs(tokens[0] - tokens[1]), 136 + 40);
    for (std::size_t w = 0; w < 2; ++w)
        EXPECT_LE(largest[w] - smallest[w], 136);
    // A group over the wished fill stays whole; the budget alone splits it.
    options.packTokens = 10;
    const auto small = batch::makeMicroBatches(groups, options);
    ASSERT_TRUE(small.ok());
    EXPECT_EQ(small->size(), 30U);
}
