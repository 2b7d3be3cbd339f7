// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/cuda/nccl_double.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace msrl::cuda {
struct NcclComm
{
    int rank;
};
}

namespace msrl::test {

using cuda::kNcclInProgress;
using cuda::kNcclSuccess;
using cuda::NcclComm;
using cuda::NcclUniqueId;

NcclDouble* NcclDouble::s_present = nullptr;

namespace {

constexpr char kId[] = "the id that the lead was given";
thread_local int t_rank = -1;

} // namespace

// Each finds its world, and its rank by the communicator or the thread.
struct NcclDouble::Calls
{
    static thread_local int t_depth;
    static thread_local bool t_hangs;
    static thread_local std::vector<HostOperation> t_queue;

    static int getUniqueId(NcclUniqueId* id)
    {
        bool hangs = false;
        std::memcpy(id->bytes, kId, sizeof kId);
        return s_present->enter(t_rank, "getUniqueId", "", hangs);
    }
    static int commInitRank(NcclComm** comm, int ranks, NcclUniqueId id, int rank)
    {
        NcclDouble& nccl = *s_present;
        bool hangs = false;
        const int code
            = nccl.enter(rank, "commInitRank", std::to_string(rank) + " of " + std::to_string(ranks), hangs);
        if (code != kNcclSuccess)
            return code;
        const std::lock_guard lock(nccl.m_mutex);
        if (std::memcmp(id.bytes, kId, sizeof kId) != 0)
            nccl.complain(rank, "starts with another id");
        Rank& own = nccl.m_ranks[static_cast<std::size_t>(rank)];
        if (!hangs)
            own.comm = own.furthest = CommState::Joining;
        *comm = new NcclComm { rank };
        return kNcclInProgress;
    }
    static int commGetAsyncError(NcclComm* comm, int* state)
    {
        NcclDouble& nccl = *s_present;
        bool hangs = false;
        if (const int code = nccl.enter(comm->rank, "commGetAsyncError", "", hangs); code != kNcclSuccess)
            return code;
        const std::lock_guard lock(nccl.m_mutex);
        Rank& rank = nccl.m_ranks[static_cast<std::size_t>(comm->rank)];
        if (rank.comm == CommState::Joining && nccl.allAre(CommState::Joining))
            rank.comm = CommState::Open;
        const bool open = rank.comm == CommState::Open && std::exchange(rank.announced, true);
        const bool ended = rank.comm == CommState::Finalizing && nccl.allAre(CommState::Finalizing);
        *state = rank.state != 0                            ? rank.state
            : rank.dead || ((open || ended) && !rank.stuck) ? kNcclSuccess
                                                            : kNcclInProgress;
        return kNcclSuccess;
    }
    static int commFinalize(NcclComm* comm)
    {
        bool hangs = false;
        const int code = s_present->enter(comm->rank, "commFinalize", "", hangs);
        const std::lock_guard lock(s_present->m_mutex);
        Rank& rank = s_present->m_ranks[static_cast<std::size_t>(comm->rank)];
        if (rank.comm != CommState::Open || s_present->m_done < rank.submitted)
            s_present->complain(comm->rank, "ends before its operations");
        rank.stuck = hangs;
        if (!hangs)
            rank.comm = rank.furthest = CommState::Finalizing;
        return code == kNcclSuccess ? kNcclInProgress : code;
    }
    static int commDestroy(NcclComm* comm) { return end(comm, "commDestroy"); }
    static int commAbort(NcclComm* comm) { return end(comm, "commAbort"); }
    static int end(NcclComm* comm, const std::string& call)
    {
        bool hangs = false;
        const int code = s_present->enter(comm->rank, call, "", hangs);
        {
            const std::lock_guard lock(s_present->m_mutex);
            CommState& state = s_present->m_ranks[static_cast<std::size_t>(comm->rank)].comm;
            if (call == "commDestroy" && state != CommState::Finalizing)
                s_present->complain(comm->rank, "destroys what is not finalized");
            state = CommState::Gone;
            // What the rank has queued ends with it: its memory may be given back.
            for (std::size_t i = s_present->m_done; i < s_present->m_operations.size(); ++i)
                s_present->m_operations[i].erase(comm->rank);
        }
        delete comm; // a second use shows under the address sanitizer
        return code;
    }
    static int groupStart()
    {
        bool hangs = false;
        if (const int code = s_present->enter(t_rank, "groupStart", "", hangs); code != kNcclSuccess)
            return code;
        ++t_depth;
        return kNcclSuccess;
    }
    static int groupEnd()
    {
        bool hangs = false;
        const int code = s_present->enter(t_rank, "groupEnd", "", hangs);
        std::vector<HostOperation> queue = std::exchange(t_queue, {});
        if (--t_depth != 0)
            return 3; // an internal error: no such group
        if (code == kNcclSuccess)
            s_present->submit(t_rank, std::move(queue), std::exchange(t_hangs, false) || hangs);
        return code == kNcclSuccess ? kNcclInProgress : code;
    }
    static int queue(HostOperation operation, NcclComm* comm, void* stream)
    {
        bool hangs = false;
        const int code = s_present->enter(comm->rank, operation.kind, operation.text(), hangs);
        const std::lock_guard lock(s_present->m_mutex);
        Rank& rank = s_present->m_ranks[static_cast<std::size_t>(comm->rank)];
        if (t_depth != 1 || comm->rank != t_rank)
            s_present->complain(comm->rank, "queues outside a group of its own");
        if (stream != &rank || !rank.follows)
            s_present->complain(comm->rank, "does not wait for what was computed");
        if (operation.count == 0 || !operation.send || !operation.receive)
            s_present->complain(comm->rank, "moves nothing");
        t_hangs = t_hangs || hangs;
        if (code == kNcclSuccess)
            t_queue.push_back(std::move(operation));
        return code;
    }
    static int allReduce(const void* send, void* receive, std::size_t count, int type, int operation,
        NcclComm* comm, void* stream)
    {
        return queue({ operation == cuda::kNcclSum ? "allReduce" : "?", send, receive, count, type, -1 },
            comm, stream);
    }
    static int reduce(const void* send, void* receive, std::size_t count, int type, int operation, int root,
        NcclComm* comm, void* stream)
    {
        return queue(
            { operation == cuda::kNcclSum ? "reduce" : "?", send, receive, count, type, root }, comm, stream);
    }
    static int broadcast(
        const void* send, void* receive, std::size_t count, int type, int root, NcclComm* comm, void* stream)
    {
        return queue({ "broadcast", send, receive, count, type, root }, comm, stream);
    }
    static const char* getErrorString(int) { return "told to fail"; }
    static const char* getLastError(NcclComm*) { return "by a test"; }
};

thread_local int NcclDouble::Calls::t_depth = 0;
thread_local bool NcclDouble::Calls::t_hangs = false;
thread_local std::vector<HostOperation> NcclDouble::Calls::t_queue;

NcclDouble::NcclDouble(int ranks, std::vector<NcclFault> faults)
    : m_faults(std::move(faults))
    , m_ranks(static_cast<std::size_t>(ranks))
{
    s_present = this;
}

NcclDouble::~NcclDouble()
{
    s_present = nullptr;
}

cuda::NcclFunctions NcclDouble::functions()
{
    return { &Calls::getUniqueId, &Calls::commInitRank, &Calls::commGetAsyncError, &Calls::commFinalize,
        &Calls::commDestroy, &Calls::commAbort, &Calls::groupStart, &Calls::groupEnd, &Calls::allReduce,
        &Calls::reduce, &Calls::broadcast, &Calls::getErrorString, &Calls::getLastError };
}

std::unique_ptr<cuda::DeviceStream> NcclDouble::stream(int rank, c10::Device device)
{
    t_rank = rank;
    return std::make_unique<Stream>(*this, rank, device);
}

void NcclDouble::die()
{
    const std::lock_guard lock(m_mutex);
    m_ranks[static_cast<std::size_t>(t_rank)].dead = true;
}

std::vector<std::string> NcclDouble::calls(int rank) const
{
    const std::lock_guard lock(m_mutex);
    return m_ranks[static_cast<std::size_t>(rank)].calls;
}

std::vector<std::string> NcclDouble::misuse() const
{
    const std::lock_guard lock(m_mutex);
    return m_misuse;
}

// Writes a call down and does what a fault says; the code that the call returns at once.
int NcclDouble::enter(int number, const std::string& call, const std::string& detail, bool& hangs)
{
    const std::lock_guard lock(m_mutex);
    Rank& rank = m_ranks[static_cast<std::size_t>(number)];
    if (rank.dead)
        return kNcclSuccess;
    if (call != "commGetAsyncError")
        rank.calls.push_back(detail.starts_with(call) ? detail : detail.empty() ? call : call + " " + detail);
    if (rank.comm == CommState::Gone)
        complain(number, call + " after the end");
    const int turn = ++rank.turns[call];
    for (const NcclFault& fault : m_faults) {
        if (fault.rank != number || fault.call != call || fault.turn != turn)
            continue;
        hangs = hangs || fault.how == NcclFault::How::Hangs;
        if (fault.how == NcclFault::How::Later)
            rank.state = fault.code;
        if (fault.how == NcclFault::How::Returns)
            return fault.code;
    }
    return kNcclSuccess;
}

void NcclDouble::submit(int number, std::vector<HostOperation> operations, bool hangs)
{
    const std::lock_guard lock(m_mutex);
    Rank& rank = m_ranks[static_cast<std::size_t>(number)];
    rank.announced = false;
    for (HostOperation& operation : operations) {
        const std::size_t place = rank.submitted++;
        if (m_operations.size() <= place)
            m_operations.resize(place + 1);
        if (!hangs)
            m_operations[place].emplace(number, std::move(operation));
    }
    for (; m_done < m_operations.size() && m_operations[m_done].size() == m_ranks.size(); ++m_done) {
        std::vector<HostOperation> all;
        for (auto& [from, operation] : m_operations[m_done])
            all.push_back(operation);
        perform(all);
    }
}

// REQUIRES: one operation of each rank, in their order
void NcclDouble::perform(std::vector<HostOperation>& all)
{
    for (const HostOperation& operation : all)
        if (operation.text() != all.front().text())
            complain(0, all.front().text() + " meets " + operation.text());
    const HostOperation& first = all.front();
    if (first.root >= static_cast<int>(all.size()))
        return complain(0, first.text() + " without such a rank");
    carryOut(all);
}

// Whether every rank has come so far.
bool NcclDouble::allAre(CommState state) const
{
    return std::all_of(
        m_ranks.begin(), m_ranks.end(), [state](const Rank& rank) { return rank.furthest >= state; });
}

void NcclDouble::complain(int rank, const std::string& what)
{
    if (!m_ranks[static_cast<std::size_t>(rank)].dead)
        m_misuse.push_back("rank " + std::to_string(rank) + " " + what);
}

} // namespace msrl::test
