// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/parallel/thread_ranks.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

using namespace msrl;
using parallel::Communicator;
using test::onRanks;

namespace {

at::TensorOptions doubles()
{
    return at::TensorOptions().dtype(at::kDouble);
}

} // namespace

TEST(Communicator, sumsInTheOrderOfTheRanks)
{
    // Added in another order the small ones are lost: (1e8 + 1) - 1e8 is 0 in float32, (1e8 - 1e8) + 1 is 1.
    const std::vector<float> parts { 1e8F, 1.0F, -1e8F };
    volatile float expected = parts[0];
    expected = expected + parts[1];
    expected = expected + parts[2];
    for (const std::int64_t length : { 1, 2, 3, 7, 100 })
        onRanks(3, [&](Communicator& ranks) {
            const at::Tensor values = at::full({ length }, parts[static_cast<std::size_t>(ranks.rank())],
                at::TensorOptions().dtype(at::kFloat));
            ASSERT_TRUE(ranks.allReduce(values).ok());
            EXPECT_TRUE(values.eq(static_cast<double>(expected)).all().item<bool>()) << values;
        });
}

TEST(Communicator, sumsMatricesOfBothTypesAndNothing)
{
    for (const at::ScalarType type : { at::kFloat, at::kDouble })
        onRanks(2, [&](Communicator& ranks) {
            const at::Tensor values
                = at::arange(6, at::TensorOptions().dtype(type)).view({ 2, 3 }) * (ranks.rank() + 1);
            ASSERT_TRUE(ranks.allReduce(values).ok());
            EXPECT_TRUE(values.equal(at::arange(6, at::TensorOptions().dtype(type)).view({ 2, 3 }) * 3));
            EXPECT_TRUE(ranks.allReduce(at::empty({ 0 }, at::TensorOptions().dtype(type))).ok());
        });
}

TEST(Communicator, refusesTensorsThatCannotTravel)
{
    onRanks(2, [](Communicator& ranks) {
        EXPECT_FALSE(ranks.allReduce(at::arange(3)).ok()); // integers
        EXPECT_FALSE(ranks.allReduce(at::arange(6, doubles()).view({ 2, 3 }).t()).ok());
        EXPECT_FALSE(ranks.gatherShares({ at::arange(3, doubles()) }).ok()); // one share for two ranks
    });
}

TEST(Communicator, reducesAndGathersSharesOfAnyLength)
{
    onRanks(3, [](Communicator& ranks) {
        const double mine = ranks.rank() + 1;
        std::vector<at::Tensor> shares { at::full({ 2 }, mine, doubles()), at::empty({ 0 }, doubles()),
            at::full({ 5 }, 10 * mine, doubles()) };
        ASSERT_TRUE(ranks.reduceShares(shares).ok());
        if (ranks.rank() == 0) {
            EXPECT_TRUE(shares[0].equal(at::full({ 2 }, 6.0, doubles())));
        }
        if (ranks.rank() == 2) {
            EXPECT_TRUE(shares[2].equal(at::full({ 5 }, 60.0, doubles())));
        }
        ASSERT_TRUE(ranks.gatherShares(shares).ok());
        EXPECT_TRUE(shares[0].equal(at::full({ 2 }, 6.0, doubles())));
        EXPECT_TRUE(shares[2].equal(at::full({ 5 }, 60.0, doubles())));
    });
}

TEST(Communicator, broadcastsFromAnyRank)
{
    onRanks(3, [](Communicator& ranks) {
        for (int root = 0; root < 3; ++root) {
            const at::Tensor values = at::full({ 4 }, static_cast<double>(ranks.rank()), doubles());
            ASSERT_TRUE(ranks.broadcast(values, root).ok());
            EXPECT_TRUE(values.eq(root).all().item<bool>());
        }
    });
}

TEST(Communicator, carriesBytesOfEveryLength)
{
    const std::vector<std::string> said { std::string("a\0b", 3), "", std::string(100000, 'x') };
    onRanks(3, [&](Communicator& ranks) {
        const auto all = ranks.allGather(said[static_cast<std::size_t>(ranks.rank())]);
        ASSERT_TRUE(all.ok());
        EXPECT_EQ(*all, said);
        for (const std::string& word : said) {
            const auto heard = ranks.leadSays(ranks.isLead() ? word : "of a follower");
            ASSERT_TRUE(heard.ok());
            EXPECT_EQ(*heard, word);
        }
        EXPECT_TRUE(ranks.barrier().ok());
    });
}

TEST(Communicator, statusesSurviveTheTravel)
{
    EXPECT_TRUE(parallel::unpackStatus(parallel::packStatus({})).ok());
    const base::Error error = base::badInput("gold is 'C'", "train.jsonl:12", "write A or B");
    const base::Status back = parallel::unpackStatus(parallel::packStatus(error));
    ASSERT_FALSE(back.ok());
    EXPECT_EQ(back.error().code, base::ErrorCode::BadInput);
    EXPECT_EQ(back.error().message(), error.message());
}

TEST(Communicator, agreesOnTheErrorOfTheLowestRank)
{
    onRanks(3, [](Communicator& ranks) {
        EXPECT_TRUE(parallel::agree(ranks, {}).ok());
        const base::Status mine
            = ranks.rank() == 0 ? base::Status() : base::Status(base::failed("disk full", "/tmp"));
        const base::Status all = parallel::agree(ranks, mine);
        ASSERT_FALSE(all.ok());
        EXPECT_EQ(all.error().message(), "rank 1, /tmp: disk full");
        const base::Status led = parallel::leadOutcome(
            ranks, ranks.isLead() ? base::Status(base::stopped("by hand")) : base::Status());
        ASSERT_FALSE(led.ok());
        EXPECT_EQ(led.error().code, base::ErrorCode::Stopped);
    });
}

TEST(Communicator, aRankThatGivesUpEndsTheCallsOfTheOthers)
{
    onRanks(3, [](Communicator& ranks) {
        if (ranks.rank() == 1) {
            ranks.abort(base::failed("out of memory"));
            EXPECT_FALSE(ranks.barrier().ok());
            return;
        }
        const base::Status ended = ranks.allReduce(at::full({ 3 }, 1.0, doubles()));
        ASSERT_FALSE(ended.ok());
        EXPECT_NE(ended.error().message().find("out of memory"), std::string::npos);
        ASSERT_TRUE(ranks.failure().has_value());
        EXPECT_FALSE(ranks.leadSays("more").ok()) << "what has failed once must not hang later";
    });
}

TEST(Communicator, aRankThatDiesEndsTheCallsOfTheOthers)
{
    onRanks(2, [](Communicator& ranks) {
        if (ranks.rank() == 1)
            throw std::runtime_error("killed");
        const auto all = ranks.allGather("here");
        ASSERT_FALSE(all.ok());
        EXPECT_NE(all.error().message().find("rank 1 has ended"), std::string::npos);
        EXPECT_TRUE(ranks.lostRank().has_value());
    });
}
