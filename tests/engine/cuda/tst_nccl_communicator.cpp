// SPDX-License-Identifier: GPL-3.0-or-later
// What NCCL is asked for and what comes of it, against a double on host memory; the exchange between threads
// is the reference for the values.
#include "core/base/random.h"
#include "engine/cuda/nccl_communicator.h"
#include "engine/parallel/sharded_adam.h"
#include "tests/engine/cuda/device_ranks.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>

using namespace msrl;
using cuda::NcclCommunicator;
using parallel::Communicator;
using parallel::ExchangeCommunicator;
using test::NcclDouble;
using test::onDevices;
using test::ones;
using test::onRanks;
using Lines = std::vector<std::string>;

namespace {

at::Tensor randomTensor(std::int64_t length, at::ScalarType type, std::uint64_t purpose, int rank)
{
    base::RandomStream random(3, "nccl", { purpose, static_cast<std::uint64_t>(rank) });
    at::Tensor values = at::empty({ length }, at::TensorOptions().dtype(at::kDouble));
    for (std::int64_t i = 0; i < length; ++i)
        values.mutable_data_ptr<double>()[i] = random.normal();
    return values.to(type);
}

// Every call of the interface that moves tensors, some ragged; all that this rank may look at afterwards.
std::vector<at::Tensor> moveEverything(Communicator& ranks, at::ScalarType type)
{
    std::vector<at::Tensor> out;
    for (std::uint64_t round = 0; round < 5; ++round) {
        const at::Tensor sum
            = randomTensor(static_cast<std::int64_t>(round * 17 + 1), type, round, ranks.rank());
        EXPECT_TRUE(ranks.allReduce(sum).ok());
        std::vector<at::Tensor> shares;
        for (int r = 0; r < ranks.size(); ++r) // the lengths differ by rank and round; some are 0
            shares.push_back(
                randomTensor(static_cast<std::int64_t>((round + 3U * static_cast<unsigned>(r)) % 5), type,
                    100 + 10 * round + static_cast<std::uint64_t>(r), ranks.rank()));
        EXPECT_TRUE(ranks.reduceShares(shares).ok());
        out.push_back(shares[static_cast<std::size_t>(ranks.rank())].clone());
        EXPECT_TRUE(ranks.gatherShares(shares).ok());
        const at::Tensor sent = randomTensor(9, type, 200 + round, ranks.rank());
        EXPECT_TRUE(ranks.broadcast(sent, static_cast<int>(round) % ranks.size()).ok());
        out.insert(out.end(), { sum, sent });
        out.insert(out.end(), shares.begin(), shares.end());
    }
    return out;
}

// Three optimiser steps of all ranks; parameters, then the state where it is gathered.
std::vector<at::Tensor> trainALittle(Communicator& ranks)
{
    std::vector<update::ParameterGroup> groups(1);
    groups[0] = { "all", {}, 1e-2, 0.1 };
    for (std::uint64_t i = 0; i < 4; ++i)
        groups[0].parameters.push_back({ "p" + std::to_string(i),
            randomTensor(static_cast<std::int64_t>(7 * i + 3), at::kFloat, 300 + i, 0)
                .requires_grad_(true) });
    parallel::ShardedAdam adam(groups, { 0.9, 0.95, 1e-8, 1.0 }, ranks);
    for (std::uint64_t step = 0; step < 3; ++step) {
        for (const update::NamedParameter& parameter : groups[0].parameters)
            parameter.tensor.mutable_grad()
                = randomTensor(parameter.tensor.numel(), at::kFloat, 400 + step, ranks.rank());
        EXPECT_TRUE(adam.step(1.0).ok());
        adam.zeroGrad();
    }
    std::vector<at::Tensor> out;
    for (const update::NamedParameter& parameter : groups[0].parameters)
        out.push_back(parameter.tensor.detach().clone());
    const auto state = adam.gatherState();
    EXPECT_TRUE(state.ok());
    for (const auto& [name, tensor] : *state)
        out.push_back(tensor.clone());
    return out;
}

using Result = std::function<std::vector<at::Tensor>(Communicator&)>;

// The same bits over NCCL as over the exchange, on every rank.
void expectSameBits(int count, const Result& result)
{
    std::vector<std::vector<at::Tensor>> expected(static_cast<std::size_t>(count));
    onRanks(count, [&](ExchangeCommunicator& ranks) {
        expected[static_cast<std::size_t>(ranks.rank())] = result(ranks);
    });
    NcclDouble nccl(count);
    onDevices(nccl, count, [&](NcclCommunicator& ranks) {
        const std::vector<at::Tensor> got = result(ranks);
        const std::vector<at::Tensor>& wanted = expected[static_cast<std::size_t>(ranks.rank())];
        ASSERT_EQ(got.size(), wanted.size());
        for (std::size_t i = 0; i < got.size(); ++i)
            EXPECT_TRUE(got[i].equal(wanted[i])) << i << "\n" << got[i] << wanted[i];
    });
}

class NcclRanks : public testing::TestWithParam<int>
{
};

} // namespace

TEST_P(NcclRanks, moveWhatTheExchangeMoves)
{
    for (const at::ScalarType type : { at::kFloat, at::kDouble })
        expectSameBits(GetParam(), [type](Communicator& ranks) { return moveEverything(ranks, type); });
}

TEST_P(NcclRanks, trainAsTheExchangeDoes)
{
    expectSameBits(GetParam(), trainALittle);
}

INSTANTIATE_TEST_SUITE_P(Ranks, NcclRanks, testing::Values(2, 3, 5));

TEST(NcclCommunicator, asksForWhatTheInterfaceSaysInThisOrder)
{
    NcclDouble nccl(2);
    onDevices(nccl, 2, [](NcclCommunicator& ranks) {
        EXPECT_TRUE(ranks.allReduce(ones(7)).ok());
        EXPECT_TRUE(ranks.reduceShares({ ones(2), ones(5).to(at::kDouble) }).ok());
        EXPECT_TRUE(ranks.gatherShares({ ones(0), ones(3) }).ok());
        EXPECT_TRUE(ranks.gatherShares({ ones(0), ones(0) }).ok()); // nothing to move
        EXPECT_TRUE(ranks.broadcast(ones(4).to(at::kDouble), 1).ok());
        EXPECT_TRUE(ranks.barrier().ok()); // of the processes
    });
    const Lines operations { "groupStart", "allReduce f32 x7", "groupEnd", //
        "groupStart", "reduce f32 x2 root 0", "reduce f64 x5 root 1", "groupEnd", //
        "groupStart", "broadcast f32 x3 root 1", "groupEnd", //
        "groupStart", "broadcast f64 x4 root 1", "groupEnd", //
        "commFinalize", "commDestroy" };
    Lines lead { "getUniqueId", "commInitRank 0 of 2" }, other { "commInitRank 1 of 2" };
    lead.insert(lead.end(), operations.begin(), operations.end());
    other.insert(other.end(), operations.begin(), operations.end());
    EXPECT_EQ(nccl.calls(0), lead);
    EXPECT_EQ(nccl.calls(1), other);
}

TEST(NcclCommunicator, leavesTheHostToTheProcesses)
{
    NcclDouble nccl(2);
    onRanks(2, [&](ExchangeCommunicator& processes) {
        auto ranks = test::startOn(nccl, processes, c10::kCUDA);
        ASSERT_TRUE(ranks.ok());
        const at::Tensor sum = ones(3), sent = ones(2) * processes.rank();
        EXPECT_TRUE((*ranks)->allReduce(sum).ok());
        EXPECT_TRUE((*ranks)->broadcast(sent, 1).ok());
        EXPECT_TRUE((*ranks)->reduceShares({ ones(1), ones(1) }).ok());
        EXPECT_TRUE((*ranks)->gatherShares({ ones(1), ones(1) }).ok());
        EXPECT_TRUE(sum.equal(ones(3) * 2));
        EXPECT_TRUE(sent.equal(ones(2)));
        EXPECT_EQ(*(*ranks)->leadSays(processes.isLead() ? "go" : "?"), "go");
        EXPECT_EQ(*(*ranks)->allGather(std::to_string(processes.rank())), (Lines { "0", "1" }));
    });
    EXPECT_EQ(nccl.calls(1), (Lines { "commInitRank 1 of 2", "commFinalize", "commDestroy" }));
    EXPECT_EQ(nccl.misuse(), Lines());
}

TEST(NcclCommunicator, refusesWhatCannotTravelBeforeACall)
{
    NcclDouble nccl(2);
    onDevices(nccl, 2, [](NcclCommunicator& ranks) {
        EXPECT_FALSE(ranks.allReduce(at::arange(3)).ok()); // integers
        EXPECT_FALSE(ranks.broadcast(ones(6).view({ 2, 3 }).t(), 0).ok());
        EXPECT_FALSE(ranks.gatherShares({ ones(1) }).ok()); // one share for two ranks
        EXPECT_FALSE(ranks.failure()) << "the ranks can go on";
        EXPECT_TRUE(ranks.barrier().ok());
    });
    EXPECT_EQ(nccl.calls(1), (Lines { "commInitRank 1 of 2", "commFinalize", "commDestroy" }));
}
