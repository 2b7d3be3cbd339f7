// SPDX-License-Identifier: GPL-3.0-or-later
// What the ranks of a run do together. Every rank calls the same functions in the same order (collectives);
// rank 0 leads: it alone writes files and talks to people.
//
// Every rank gets the bits of one sum; on the CPU it is taken in the order of the ranks.
#pragma once

#include "core/base/result.h"

#include <ATen/core/Tensor.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace msrl::parallel {

// Owner: the training thread, but for lostRank(). After a call has failed (a rank ended, gave up or did not
// answer in time) every later call fails with the same error.
//
// Tensors are contiguous, float32 or float64, and of the same type, sizes and kind of device on every rank.
class Communicator
{
public:
    virtual ~Communicator() = default;

    virtual int rank() const = 0;
    virtual int size() const = 0;
    bool isLead() const { return rank() == 0; }
    // Ranks on this machine, this one among them.
    virtual int sizeHere() const { return size(); }

    // The sum over the ranks on every rank, in place.
    virtual base::Status allReduce(const at::Tensor& values) = 0;
    // shares[r] belongs to rank r: shares[rank()] becomes the sum of that share over all ranks; what the
    // others hold afterwards is not defined. REQUIRES: size() shares, each of one dimension, empty ones
    // allowed.
    virtual base::Status reduceShares(const std::vector<at::Tensor>& shares) = 0;
    // shares[r] becomes what rank r holds there. REQUIRES: as above.
    virtual base::Status gatherShares(const std::vector<at::Tensor>& shares) = 0;
    virtual base::Status broadcast(const at::Tensor& values, int root) = 0;

    // What the lead says; the argument of the others is ignored. Waits as long as the lead takes: it may be
    // paused, or wait for an auditor.
    virtual base::Result<std::string> leadSays(const std::string& bytes) = 0;
    // The bytes of every rank, by rank; lengths may differ.
    virtual base::Result<std::vector<std::string>> allGather(const std::string& bytes) = 0;
    virtual base::Status barrier() = 0;

    // This rank cannot go on: the others' present or next call fails with its error. Call nothing afterwards.
    virtual void abort(const base::Error& error) = 0;
    // Why calls fail now, or nothing.
    virtual std::optional<base::Error> failure() const = 0;
    // A rank whose process has ended, as far as this machine can see. Any thread.
    virtual std::optional<base::Error> lostRank() const = 0;
    // Returns once the lead's process has ended, at the latest after `limit`: a launcher takes the first exit
    // of a rank as the end of all, and the lead may still be writing how the run ended.
    virtual void waitForLeadToEnd(std::chrono::seconds) const { }
};

// One rank: every call succeeds at once.
class SerialCommunicator final : public Communicator
{
public:
    int rank() const override { return 0; }
    int size() const override { return 1; }
    base::Status allReduce(const at::Tensor&) override { return {}; }
    base::Status reduceShares(const std::vector<at::Tensor>&) override { return {}; }
    base::Status gatherShares(const std::vector<at::Tensor>&) override { return {}; }
    base::Status broadcast(const at::Tensor&, int) override { return {}; }
    base::Result<std::string> leadSays(const std::string& bytes) override { return bytes; }
    base::Result<std::vector<std::string>> allGather(const std::string& bytes) override
    {
        return std::vector<std::string> { bytes };
    }
    base::Status barrier() override { return {}; }
    void abort(const base::Error&) override { }
    std::optional<base::Error> failure() const override { return std::nullopt; }
    std::optional<base::Error> lostRank() const override { return std::nullopt; }
};

// The same outcome on every rank: success where all succeeded, else the error of the lowest rank that has
// one, with its number when it is not the lead's. For work that can fail on one rank alone.
base::Status agree(Communicator& ranks, const base::Status& mine);
// The lead's outcome on every rank.
base::Status leadOutcome(Communicator& ranks, const base::Status& mine);

// An outcome as bytes and back.
std::string packStatus(const base::Status& status);
base::Status unpackStatus(const std::string& bytes);

} // namespace msrl::parallel
