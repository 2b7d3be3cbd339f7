// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cuda/nccl_communicator.h"

#include <fmt/format.h>
#include <sched.h>

#include <cstring>
#include <thread>
#include <utility>

namespace msrl::cuda {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kBusyWait = std::chrono::milliseconds(2);
constexpr auto kPause = std::chrono::microseconds(50);
constexpr auto kLookEvery = std::chrono::milliseconds(20);
// How much later than NCCL the system may notice that a rank has ended.
constexpr auto kReasonWithin = std::chrono::seconds(2);

int typeOf(const at::Tensor& values)
{
    return values.scalar_type() == at::kFloat ? kNcclFloat32 : kNcclFloat64;
}

std::size_t countOf(const at::Tensor& values)
{
    return static_cast<std::size_t>(values.numel());
}

} // namespace

NcclCommunicator::NcclCommunicator(
    parallel::ExchangeCommunicator& processes, const NcclFunctions& nccl, std::chrono::milliseconds patience)
    : m_processes(processes)
    , m_nccl(nccl)
    , m_patience(patience)
{
}

base::Result<std::unique_ptr<NcclCommunicator>> NcclCommunicator::start(
    parallel::ExchangeCommunicator& processes, const NcclFunctions& nccl,
    std::unique_ptr<DeviceStream> stream, std::chrono::milliseconds patience)
{
    std::unique_ptr<NcclCommunicator> ranks(new NcclCommunicator(processes, nccl, patience));
    ranks->m_stream = std::move(stream);
    NcclUniqueId id {};
    if (processes.isLead())
        if (const int code = nccl.getUniqueId(&id); code != kNcclSuccess)
            return ranks->ncclFailed("start", code).error();
    const base::Result<std::string> said = processes.leadSays(std::string(id.bytes, sizeof id.bytes));
    if (!said)
        return said.error();
    if (said->size() != sizeof id.bytes)
        return base::failed("the lead runs another version of NCCL");
    std::memcpy(id.bytes, said->data(), sizeof id.bytes);
    if (base::Status joined = ranks->join(id); !joined)
        return joined.error();
    return ranks;
}

base::Status NcclCommunicator::join(const NcclUniqueId& id)
{
    const int code = m_nccl.commInitRank(&m_comm, size(), id, rank());
    if (code != kNcclSuccess && code != kNcclInProgress)
        return ncclFailed("start", code);
    return waitUntilBegun("start");
}

NcclCommunicator::~NcclCommunicator()
{
    if (!m_comm)
        return;
    if (failure()) {
        m_nccl.commAbort(m_comm);
        return;
    }
    const int code = m_nccl.commFinalize(m_comm);
    if ((code == kNcclSuccess || code == kNcclInProgress) && waitUntilBegun("end"))
        m_nccl.commDestroy(m_comm);
    else if (m_comm)
        m_nccl.commAbort(m_comm);
}

base::Status NcclCommunicator::fail(base::Error error)
{
    if (m_comm) // ends what the device waits for
        m_nccl.commAbort(std::exchange(m_comm, nullptr));
    if (!m_failure)
        m_failure = std::move(error);
    return *m_failure;
}

// A rank that has ended shows as a broken connection; then its name says more than the connection's state.
base::Status NcclCommunicator::ncclFailed(const char* what, int code)
{
    const bool mayBeAnother = code == kNcclRemoteError || code == kNcclSystemError;
    for (const Clock::time_point begin = Clock::now();
         mayBeAnother && Clock::now() - begin < std::min<Clock::duration>(kReasonWithin, m_patience);
         std::this_thread::sleep_for(kLookEvery))
        if (base::Status fine = m_processes.checkPeers(); !fine)
            return fail(fine.error());
    const std::string more = m_comm ? m_nccl.getLastError(m_comm) : "";
    return fail(base::failed(fmt::format("NCCL's {} failed: {}{}{}", what, m_nccl.getErrorString(code),
                                 more.empty() ? "" : ": ", more),
        "device " + m_stream->device().str(), "NCCL_DEBUG=INFO makes NCCL say more"));
}

base::Status NcclCommunicator::waitUntil(const std::function<base::Result<bool>()>& done)
{
    const Clock::time_point begin = Clock::now();
    Clock::time_point looked = begin;
    for (;;) {
        const base::Result<bool> now = done();
        if (!now)
            return fail(now.error());
        if (*now)
            return {};
        const Clock::time_point time = Clock::now();
        if (time - looked >= kLookEvery) {
            looked = time;
            if (base::Status fine = m_processes.checkPeers(); !fine)
                return fail(fine.error());
            if (time - begin > m_patience)
                return fail(base::failed(fmt::format("a rank has not answered for {} seconds",
                                             std::chrono::duration<double>(m_patience).count()),
                    "device " + m_stream->device().str(),
                    "a larger --rank-timeout gives slow ranks more time"));
        }
        if (time - begin < kBusyWait)
            ::sched_yield();
        else
            std::this_thread::sleep_for(kPause);
    }
}

// Whether NCCL has begun all that it was asked for.
base::Result<bool> NcclCommunicator::begun(const char* what)
{
    int state = kNcclSuccess;
    if (const int code = m_nccl.commGetAsyncError(m_comm, &state); code != kNcclSuccess)
        return ncclFailed(what, code).error();
    if (state != kNcclSuccess && state != kNcclInProgress)
        return ncclFailed(what, state).error();
    return state == kNcclSuccess;
}

base::Status NcclCommunicator::waitUntilBegun(const char* what)
{
    return waitUntil([&] { return begun(what); });
}

base::Status NcclCommunicator::perform(const char* what, const std::function<int()>& calls)
{
    if (std::optional<base::Error> failed = failure())
        return *std::move(failed);
    if (base::Status fine = m_stream->follow(); !fine)
        return fail(fine.error());
    int code = m_nccl.groupStart();
    if (code == kNcclSuccess) {
        code = calls();
        const int end = m_nccl.groupEnd(); // also after an error: the group must not stay open
        if (code == kNcclSuccess || code == kNcclInProgress)
            code = end;
    }
    if (code != kNcclSuccess && code != kNcclInProgress)
        return ncclFailed(what, code);
    if (base::Status begun = waitUntilBegun(what); !begun)
        return begun;
    if (base::Status fine = m_stream->mark(); !fine)
        return fail(fine.error());
    return waitUntil([&]() -> base::Result<bool> {
        const base::Result<bool> fine = begun(what); // an error may come at any time
        return fine ? m_stream->reached() : fine;
    });
}

bool NcclCommunicator::isOnDevice(const at::Tensor& values) const
{
    return values.device().type() == m_stream->device().type();
}

base::Status NcclCommunicator::checkTensor(const at::Tensor& values) const
{
    const bool fine = values.is_contiguous() && values.device() == m_stream->device()
        && (values.scalar_type() == at::kFloat || values.scalar_type() == at::kDouble);
    return fine ? base::Status()
                : base::Status(base::failed("only contiguous float32 and float64 tensors on device "
                    + m_stream->device().str() + " travel between ranks"));
}

base::Status NcclCommunicator::performShares(const char* what, const std::vector<at::Tensor>& shares,
    const std::function<int(const at::Tensor&, int)>& call)
{
    if (shares.size() != static_cast<std::size_t>(size()))
        return base::failed(fmt::format("{} shares for {} ranks", shares.size(), size()));
    bool any = false;
    for (const at::Tensor& share : shares) {
        if (base::Status fine = checkTensor(share); !fine)
            return fine;
        any = any || share.numel() > 0;
    }
    if (!any)
        return failure() ? base::Status(*failure()) : base::Status();
    return perform(what, [&] {
        for (int owner = 0; owner < size(); ++owner) {
            const at::Tensor& share = shares[static_cast<std::size_t>(owner)];
            if (share.numel() == 0)
                continue;
            const int code = call(share, owner);
            if (code != kNcclSuccess && code != kNcclInProgress)
                return code;
        }
        return kNcclSuccess;
    });
}

base::Status NcclCommunicator::allReduce(const at::Tensor& values)
{
    if (!isOnDevice(values))
        return failure() ? base::Status(*failure()) : m_processes.allReduce(values);
    if (base::Status fine = checkTensor(values); !fine || values.numel() == 0)
        return fine;
    void* data = values.mutable_data_ptr();
    return perform("sum", [&] {
        return m_nccl.allReduce(
            data, data, countOf(values), typeOf(values), kNcclSum, m_comm, m_stream->handle());
    });
}

base::Status NcclCommunicator::reduceShares(const std::vector<at::Tensor>& shares)
{
    if (!shares.empty() && !isOnDevice(shares.front()))
        return failure() ? base::Status(*failure()) : m_processes.reduceShares(shares);
    return performShares("sum of shares", shares, [this](const at::Tensor& share, int owner) {
        void* data = share.mutable_data_ptr();
        return m_nccl.reduce(
            data, data, countOf(share), typeOf(share), kNcclSum, owner, m_comm, m_stream->handle());
    });
}

base::Status NcclCommunicator::gatherShares(const std::vector<at::Tensor>& shares)
{
    if (!shares.empty() && !isOnDevice(shares.front()))
        return failure() ? base::Status(*failure()) : m_processes.gatherShares(shares);
    return performShares("exchange of shares", shares, [this](const at::Tensor& share, int owner) {
        void* data = share.mutable_data_ptr();
        return m_nccl.broadcast(data, data, countOf(share), typeOf(share), owner, m_comm, m_stream->handle());
    });
}

base::Status NcclCommunicator::broadcast(const at::Tensor& values, int root)
{
    if (!isOnDevice(values))
        return failure() ? base::Status(*failure()) : m_processes.broadcast(values, root);
    if (base::Status fine = checkTensor(values); !fine || values.numel() == 0)
        return fine;
    void* data = values.mutable_data_ptr();
    return perform("broadcast", [&] {
        return m_nccl.broadcast(
            data, data, countOf(values), typeOf(values), root, m_comm, m_stream->handle());
    });
}

base::Result<std::string> NcclCommunicator::leadSays(const std::string& bytes)
{
    return m_failure ? base::Result<std::string>(*m_failure) : m_processes.leadSays(bytes);
}

base::Result<std::vector<std::string>> NcclCommunicator::allGather(const std::string& bytes)
{
    return m_failure ? base::Result<std::vector<std::string>>(*m_failure) : m_processes.allGather(bytes);
}

base::Status NcclCommunicator::barrier()
{
    return m_failure ? base::Status(*m_failure) : m_processes.barrier();
}

void NcclCommunicator::abort(const base::Error& error)
{
    m_processes.abort(error); // first, as ending NCCL may take time
    (void)fail(error);
}

std::optional<base::Error> NcclCommunicator::failure() const
{
    return m_failure ? m_failure : m_processes.failure();
}

} // namespace msrl::cuda
