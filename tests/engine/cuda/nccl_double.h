// SPDX-License-Identifier: GPL-3.0-or-later
// NCCL on host memory: ranks are threads, data is really moved and summed (in the order of the ranks), calls
// are written down, and each may be told to fail or to hang. What NCCL's documentation forbids is misuse.
#pragma once

#include "engine/cuda/device_stream.h"
#include "engine/cuda/nccl_functions.h"
#include "tests/engine/cuda/host_operation.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace msrl::test {

// What goes wrong: on one rank, at the turn-th call of this name.
struct NcclFault
{
    enum class How {
        Returns, // the code
        Hangs, // the call has no effect, so what waits for it waits for ever
        Later, // the call succeeds, and the code is the communicator's state from then on
    };
    int rank = 0;
    std::string call;
    How how = How::Returns;
    int code = 0;
    int turn = 1;
};

// One at a time. Outlives its streams and communicators.
class NcclDouble
{
public:
    explicit NcclDouble(int ranks, std::vector<NcclFault> faults = {});
    ~NcclDouble();
    NcclDouble(const NcclDouble&) = delete;
    NcclDouble& operator=(const NcclDouble&) = delete;

    static cuda::NcclFunctions functions();
    // The stream of a rank, whose thread calls this.
    std::unique_ptr<cuda::DeviceStream> stream(int rank, c10::Device device);
    // This thread's rank is dead: what it calls from now on has no effect.
    void die();

    // The calls of a rank in order, less commGetAsyncError.
    std::vector<std::string> calls(int rank) const;
    std::vector<std::string> misuse() const;

private:
    struct Calls; // the functions
    class Stream;
    enum class CommState { None, Joining, Open, Finalizing, Gone };
    struct Rank
    {
        std::vector<std::string> calls;
        std::map<std::string, int> turns;
        CommState comm = CommState::None;
        CommState furthest = CommState::None; // that the others have seen
        std::size_t submitted = 0; // operations
        bool follows = false; // the stream waits for what was computed
        bool announced = false; // the state was "in progress" once since the last group
        int state = 0; // an error that came later
        bool stuck = false; // a start or an end that hangs
        bool dead = false;
    };

    int enter(int rank, const std::string& call, const std::string& detail, bool& hangs);
    void submit(int rank, std::vector<HostOperation> operations, bool hangs);
    void perform(std::vector<HostOperation>& all);
    bool allAre(CommState state) const;
    void complain(int rank, const std::string& what);

    static NcclDouble* s_present;
    mutable std::mutex m_mutex;
    std::vector<NcclFault> m_faults;
    std::vector<Rank> m_ranks;
    std::vector<std::map<int, HostOperation>> m_operations; // by their number
    std::size_t m_done = 0;
    std::vector<std::string> m_misuse;
};

class NcclDouble::Stream final : public cuda::DeviceStream
{
public:
    Stream(NcclDouble& nccl, int rank, c10::Device device)
        : m_nccl(nccl)
        , m_rank(static_cast<std::size_t>(rank))
        , m_device(device)
    {
    }
    c10::Device device() const override { return m_device; }
    void* handle() const override { return m_nccl.m_ranks.data() + m_rank; }
    base::Status follow() override
    {
        const std::lock_guard lock(m_nccl.m_mutex);
        m_nccl.m_ranks[m_rank].follows = true;
        return {};
    }
    base::Status mark() override
    {
        const std::lock_guard lock(m_nccl.m_mutex);
        m_mark = m_nccl.m_ranks[m_rank].submitted;
        m_nccl.m_ranks[m_rank].follows = false;
        return {};
    }
    base::Result<bool> reached() override
    {
        const std::lock_guard lock(m_nccl.m_mutex);
        return m_nccl.m_done >= m_mark;
    }

private:
    NcclDouble& m_nccl;
    std::size_t m_rank;
    c10::Device m_device;
    std::size_t m_mark = 0;
};

} // namespace msrl::test
