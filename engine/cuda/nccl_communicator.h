// SPDX-License-Identifier: GPL-3.0-or-later
// Ranks that each compute on a device of their own. Tensors on the device travel by NCCL; words, and tensors
// on the host, by the communicator that started the ranks.
//
// A call returns when its data has arrived. While it waits it looks for errors of NCCL, for ranks that have
// ended or given up, and at the clock: a device waits for a dead rank for ever. The sums have the same bits
// on every rank; the order in which they are taken is NCCL's.
#pragma once

#include "engine/cuda/device_stream.h"
#include "engine/cuda/nccl_functions.h"
#include "engine/parallel/exchange_communicator.h"

#include <chrono>
#include <functional>
#include <memory>

namespace msrl::cuda {

class NcclCommunicator final : public parallel::Communicator
{
public:
    // Collective. `patience`: how long a rank may be silent while the others need it. After a failure, which
    // may be of this rank alone, tell the others by processes.abort(). REQUIRES: `processes` outlives it.
    static base::Result<std::unique_ptr<NcclCommunicator>> start(parallel::ExchangeCommunicator& processes,
        const NcclFunctions& nccl, std::unique_ptr<DeviceStream> stream, std::chrono::milliseconds patience);
    // Collective unless a call has failed.
    ~NcclCommunicator() override;
    NcclCommunicator(const NcclCommunicator&) = delete;
    NcclCommunicator& operator=(const NcclCommunicator&) = delete;

    int rank() const override { return m_processes.rank(); }
    int size() const override { return m_processes.size(); }
    int sizeHere() const override { return m_processes.sizeHere(); }

    base::Status allReduce(const at::Tensor& values) override;
    base::Status reduceShares(const std::vector<at::Tensor>& shares) override;
    base::Status gatherShares(const std::vector<at::Tensor>& shares) override;
    base::Status broadcast(const at::Tensor& values, int root) override;
    base::Result<std::string> leadSays(const std::string& bytes) override;
    base::Result<std::vector<std::string>> allGather(const std::string& bytes) override;
    base::Status barrier() override;

    void abort(const base::Error& error) override;
    std::optional<base::Error> failure() const override;
    std::optional<base::Error> lostRank() const override { return m_processes.lostRank(); }
    void waitForLeadToEnd(std::chrono::seconds limit) const override { m_processes.waitForLeadToEnd(limit); }

private:
    NcclCommunicator(parallel::ExchangeCommunicator& processes, const NcclFunctions& nccl,
        std::chrono::milliseconds patience);
    base::Status join(const NcclUniqueId& id);
    // Queues calls of NCCL as one group and waits until their data has arrived.
    base::Status perform(const char* what, const std::function<int()>& calls);
    base::Status waitUntilBegun(const char* what);
    base::Status waitUntil(const std::function<base::Result<bool>()>& done);
    base::Result<bool> begun(const char* what);
    // Every share by `call(share, its rank)`, those without elements left out.
    base::Status performShares(const char* what, const std::vector<at::Tensor>& shares,
        const std::function<int(const at::Tensor&, int)>& call);
    bool isOnDevice(const at::Tensor& values) const;
    base::Status checkTensor(const at::Tensor& values) const;
    base::Status ncclFailed(const char* what, int code);
    base::Status fail(base::Error error);

    parallel::ExchangeCommunicator& m_processes;
    NcclFunctions m_nccl;
    std::unique_ptr<DeviceStream> m_stream;
    std::chrono::milliseconds m_patience;
    NcclComm* m_comm = nullptr;
    std::optional<base::Error> m_failure; // of this side; that of the processes is theirs
};

} // namespace msrl::cuda
