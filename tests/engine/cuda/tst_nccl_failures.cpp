// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong on one rank ends the calls of all with a clear error, whoever it is and whenever it
// happens. A call that hung would end the test by its time limit.
#include "tests/engine/cuda/device_ranks.h"

#include <algorithm>

using namespace msrl;
using cuda::NcclCommunicator;
using parallel::ExchangeCommunicator;
using test::NcclDouble;
using test::NcclFault;
using test::onDevices;
using test::ones;
using test::onRanks;

namespace {

constexpr int kInternalError = 3;
constexpr std::chrono::milliseconds kShort { 200 };

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

long times(const NcclDouble& nccl, int rank, const std::string& call)
{
    const std::vector<std::string> calls = nccl.calls(rank);
    return std::count(calls.begin(), calls.end(), call);
}

// The rank has ended NCCL by force, once.
void expectAborted(const NcclDouble& nccl, int rank)
{
    EXPECT_EQ(times(nccl, rank, "commAbort"), 1) << rank;
    EXPECT_EQ(times(nccl, rank, "commDestroy"), 0) << rank;
}

void expectAllCallsFail(NcclCommunicator& ranks, const std::string& message)
{
    EXPECT_EQ(ranks.allReduce(ones(2)).error().message(), message);
    EXPECT_EQ(ranks.barrier().error().message(), message);
    EXPECT_EQ(ranks.leadSays("go").error().message(), message);
    EXPECT_EQ(ranks.allGather("here").error().message(), message);
    const std::vector<at::Tensor> nothing(static_cast<std::size_t>(ranks.size()), ones(0));
    EXPECT_EQ(ranks.gatherShares(nothing).error().message(), message);
    ASSERT_TRUE(ranks.failure().has_value());
    EXPECT_EQ(ranks.failure()->message(), message);
}

struct FaultyCall
{
    std::string name;
    NcclFault::How how;
};

std::ostream& operator<<(std::ostream& out, const FaultyCall& call)
{
    return out << call.name << (call.how == NcclFault::How::Later ? ", later" : "");
}

class NcclFaults : public testing::TestWithParam<FaultyCall>
{
};

} // namespace

// As the program does it: a rank whose call fails tells the others why it gives up.
TEST_P(NcclFaults, endTheCallsOfEveryRank)
{
    NcclDouble nccl(2, { { 1, GetParam().name, GetParam().how, kInternalError } });
    onDevices(nccl, 2, [](NcclCommunicator& ranks) {
        base::Status moved = ranks.allReduce(ones(3));
        for (int turn = 0; moved && turn < 100000; ++turn) // an error may come after the first call's data
            moved = ranks.gatherShares({ ones(2), ones(1) });
        ASSERT_FALSE(moved.ok());
        const std::string message = moved.error().message();
        EXPECT_EQ(moved.error().code, base::ErrorCode::Failed);
        EXPECT_TRUE(has(message, "failed: told to fail: by a test")) << message;
        EXPECT_TRUE(has(message, ranks.rank() == 1 ? "device cpu: NCCL's " : "NCCL's ")) << message;
        expectAllCallsFail(ranks, message);
        if (ranks.rank() == 1)
            ranks.abort(moved.error());
    });
    expectAborted(nccl, 0);
    expectAborted(nccl, 1);
}

INSTANTIATE_TEST_SUITE_P(Calls, NcclFaults,
    testing::Values(FaultyCall { "groupStart", NcclFault::How::Returns },
        FaultyCall { "allReduce", NcclFault::How::Returns },
        FaultyCall { "groupEnd", NcclFault::How::Returns },
        FaultyCall { "broadcast", NcclFault::How::Returns }, FaultyCall { "groupEnd", NcclFault::How::Later },
        FaultyCall { "broadcast", NcclFault::How::Later }));

TEST(NcclFailures, anErrorOfTheStartIsToldToTheOthers)
{
    for (const char* call : { "getUniqueId", "commInitRank", "commGetAsyncError" }) {
        const int faulty = call == std::string("getUniqueId") ? 0 : 1;
        NcclDouble nccl(2, { { faulty, call, NcclFault::How::Returns, kInternalError } });
        onRanks(2, [&](ExchangeCommunicator& processes) {
            const auto ranks = test::startOn(nccl, processes);
            // A rank that had joined before the other failed hears of it at its next call.
            const base::Status status = ranks.ok() ? (*ranks)->barrier() : base::Status(ranks.error());
            ASSERT_FALSE(status.ok());
            EXPECT_TRUE(has(status.error().message(), "NCCL's start failed")) << status.error().message();
            EXPECT_TRUE(processes.rank() != faulty || !ranks.ok());
            processes.abort(status.error());
        });
        EXPECT_EQ(nccl.misuse(), std::vector<std::string>());
    }
}

TEST(NcclFailures, aStartThatHangsEndsAfterTheTimeGiven)
{
    NcclDouble nccl(2, { { 1, "commInitRank", NcclFault::How::Hangs } });
    onRanks(2, [&](ExchangeCommunicator& processes) {
        const auto ranks = test::startOn(nccl, processes, c10::kCPU, kShort);
        ASSERT_FALSE(ranks.ok());
        EXPECT_TRUE(has(ranks.error().message(), "has not answered for 0.2 seconds"));
    });
    expectAborted(nccl, 0);
    expectAborted(nccl, 1);
}

TEST(NcclFailures, aCallThatHangsEndsAfterTheTimeGiven)
{
    NcclDouble nccl(3, { { 2, "groupEnd", NcclFault::How::Hangs, 0, 2 } });
    onDevices(
        nccl, 3,
        [](NcclCommunicator& ranks) {
            EXPECT_TRUE(ranks.allReduce(ones(3)).ok());
            const base::Status moved = ranks.allReduce(ones(3));
            ASSERT_FALSE(moved.ok());
            EXPECT_TRUE(has(moved.error().message(), "has not answered for 0.2 seconds"));
            EXPECT_TRUE(has(moved.error().message(), "--rank-timeout"));
            ASSERT_TRUE(ranks.failure().has_value());
        },
        kShort);
    for (int rank = 0; rank < 3; ++rank)
        expectAborted(nccl, rank);
}

TEST(NcclFailures, anEndThatHangsEndsToo)
{
    NcclDouble nccl(2, { { 0, "commFinalize", NcclFault::How::Hangs } });
    onDevices(
        nccl, 2, [](NcclCommunicator& ranks) { EXPECT_TRUE(ranks.allReduce(ones(1)).ok()); }, kShort);
    expectAborted(nccl, 0);
}

TEST(NcclFailures, aRankThatDiesIsNamed)
{
    NcclDouble nccl(3);
    onDevices(nccl, 3, [](NcclCommunicator& ranks) {
        EXPECT_TRUE(ranks.allReduce(ones(3)).ok());
        if (ranks.rank() == 1)
            throw std::runtime_error("killed");
        const base::Status moved = ranks.reduceShares({ ones(3), ones(3), ones(3) });
        ASSERT_FALSE(moved.ok());
        EXPECT_TRUE(has(moved.error().message(), "rank 1 has ended: killed")) << moved.error().message();
        EXPECT_TRUE(ranks.lostRank().has_value());
        expectAllCallsFail(ranks, moved.error().message());
    });
    expectAborted(nccl, 0);
    expectAborted(nccl, 2);
}

TEST(NcclFailures, aRankThatDiesBeforeTheStartIsNamed)
{
    NcclDouble nccl(2);
    onRanks(2, [&](ExchangeCommunicator& processes) {
        if (processes.rank() == 1) {
            ASSERT_TRUE(processes.leadSays("").ok());
            throw std::runtime_error("killed");
        }
        const auto ranks = test::startOn(nccl, processes);
        ASSERT_FALSE(ranks.ok());
        EXPECT_TRUE(has(ranks.error().message(), "rank 1 has ended")) << ranks.error().message();
    });
    expectAborted(nccl, 0);
}

// NCCL sees a broken connection before the system shows that the process is gone.
TEST(NcclFailures, aBrokenConnectionIsExplainedByTheRankThatDied)
{
    NcclDouble nccl(2, { { 0, "groupEnd", NcclFault::How::Later, cuda::kNcclRemoteError } });
    onDevices(nccl, 2, [&](NcclCommunicator& ranks) {
        if (ranks.rank() == 1) {
            while (times(nccl, 0, "groupEnd") == 0)
                std::this_thread::yield();
            throw std::runtime_error("killed");
        }
        const base::Status moved = ranks.allReduce(ones(3));
        ASSERT_FALSE(moved.ok());
        EXPECT_TRUE(has(moved.error().message(), "rank 1 has ended")) << moved.error().message();
        EXPECT_FALSE(has(moved.error().message(), "NCCL")) << moved.error().message();
    });
}

TEST(NcclFailures, aRankThatGivesUpEndsTheCallsOfTheOthers)
{
    NcclDouble nccl(2);
    onDevices(nccl, 2, [](NcclCommunicator& ranks) {
        if (ranks.rank() == 1) {
            ranks.abort(base::failed("out of memory"));
            EXPECT_FALSE(ranks.barrier().ok());
            return;
        }
        const base::Status moved = ranks.broadcast(ones(3), 1);
        ASSERT_FALSE(moved.ok());
        EXPECT_TRUE(has(moved.error().message(), "out of memory")) << moved.error().message();
        expectAllCallsFail(ranks, moved.error().message());
    });
    expectAborted(nccl, 0);
    expectAborted(nccl, 1);
}
