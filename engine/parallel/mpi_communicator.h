// SPDX-License-Identifier: GPL-3.0-or-later
// Ranks as MPI processes. Only messages between pairs are used, polled for with an eye on the peers: MPI's
// own collectives wait for a dead rank for ever.
#pragma once

#include "engine/parallel/exchange_communicator.h"
#include "engine/parallel/peers.h"

#include <chrono>
#include <memory>
#include <set>

namespace msrl::parallel {

class MpiCommunicator final : public ExchangeCommunicator
{
public:
    // Initialises MPI. `patience`: how long a rank may be silent while the others need it.
    static base::Result<std::unique_ptr<MpiCommunicator>> start(std::chrono::seconds patience);
    // Ends MPI when all went well. After a failure MPI is left alone: it could wait for ever.
    ~MpiCommunicator() override;
    MpiCommunicator(const MpiCommunicator&) = delete;
    MpiCommunicator& operator=(const MpiCommunicator&) = delete;

    int rank() const override { return m_rank; }
    int size() const override { return m_size; }
    int sizeHere() const override { return m_peers ? m_peers->sizeHere() : 1; }
    void abort(const base::Error& error) override;
    std::optional<base::Error> failure() const override { return m_failure; }
    std::optional<base::Error> lostRank() const override { return m_peers ? m_peers->lost() : std::nullopt; }
    void waitForLeadToEnd(std::chrono::seconds limit) const override;
    base::Status checkPeers() override;

private:
    struct Channels; // keeps mpi.h out of this header

    MpiCommunicator(std::unique_ptr<Channels> channels, std::chrono::seconds patience);
    base::Status introduce();
    base::Status exchange(
        const std::vector<Outgoing>& out, const std::vector<Incoming>& in, Wait wait) override;
    base::Status meet(const std::set<int>& partners, Wait wait);
    base::Status move(const std::vector<Outgoing>& out, const std::vector<Incoming>& in, Wait wait);
    base::Status finishRequests(Wait wait);
    base::Status lookAtPeers();
    base::Status hearFarewells();
    base::Status fail(base::Error error);

    std::unique_ptr<Channels> m_channels;
    std::chrono::seconds m_patience;
    int m_rank = 0;
    int m_size = 1;
    std::optional<Peers> m_peers;
    std::optional<base::Error> m_failure;
};

} // namespace msrl::parallel
