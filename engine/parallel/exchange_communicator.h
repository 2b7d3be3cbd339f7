// SPDX-License-Identifier: GPL-3.0-or-later
// Collectives on host memory over messages between pairs of ranks. Carriers (MPI between processes, queues
// between the threads of a test) only move bytes: what is summed, and in which order, is the same for all.
#pragma once

#include "engine/parallel/communicator.h"

#include <cstddef>

namespace msrl::parallel {

class ExchangeCommunicator : public Communicator
{
public:
    base::Status allReduce(const at::Tensor& values) final;
    base::Status reduceShares(const std::vector<at::Tensor>& shares) final;
    base::Status gatherShares(const std::vector<at::Tensor>& shares) final;
    base::Status broadcast(const at::Tensor& values, int root) final;
    base::Result<std::string> leadSays(const std::string& bytes) final;
    base::Result<std::vector<std::string>> allGather(const std::string& bytes) final;
    base::Status barrier() final;

    // Fails when a rank has ended or given up; later calls fail then too. For those who wait for the others
    // by other means than these calls. Training thread.
    virtual base::Status checkPeers() = 0;

protected:
    struct Outgoing
    {
        int peer = 0;
        const void* data = nullptr;
        std::size_t bytes = 0;
    };
    struct Incoming
    {
        int peer = 0;
        void* data = nullptr;
        std::size_t bytes = 0;
    };
    enum class Wait {
        Bounded, // peers have work of their own to finish, but not for hours
        Unbounded, // a peer may wait for a person
    };

    // Sends and receives all, and returns when the memory is free again. Messages from one rank to another
    // arrive in order and with the length that was sent; none has length 0 and none goes to oneself.
    virtual base::Status exchange(
        const std::vector<Outgoing>& out, const std::vector<Incoming>& in, Wait wait)
        = 0;
};

} // namespace msrl::parallel
