// SPDX-License-Identifier: GPL-3.0-or-later
// AdamW with its state spread over the ranks (ZeRO stage 1, Rajbhandari et al., arXiv 1910.02054): every
// parameter has one owner, which alone keeps its moments, takes the sum of its gradients, updates it and
// sends it to the others.
//
// Parameters stay whole, so that norms and updates have the bits that one rank gives them. Their sizes are
// shared out evenly.
#pragma once

#include "engine/parallel/communicator.h"
#include "engine/update/optimiser.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace msrl::parallel {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

// Owner: the training thread. REQUIRES: the ranks outlive it; all parameters of one type.
class ShardedAdam
{
public:
    ShardedAdam(std::vector<update::ParameterGroup> groups, update::AdamOptions options, Communicator& ranks);

    // Sums the gradients of all ranks and applies them as update::Adam::step() would; the same on all ranks.
    // Gradients are used up.
    base::Result<update::StepReport> step(double lrFactor);
    void zeroGrad();

    // The state of all parameters as update::Adam::state() names it, on the lead; the others get nothing.
    base::Result<NamedTensors> gatherState() const;
    // Takes this rank's share out of the state of all parameters, written by any number of ranks.
    base::Status restore(const NamedTensors& state);

    // The optimiser of this rank's own parameters.
    update::Adam& own() { return m_own; }
    int owner(std::size_t parameter) const { return m_owners[parameter]; }

private:
    // What one exchange moves: of every rank some of its parameters.
    using Bucket = std::vector<std::vector<std::size_t>>;

    base::Result<std::vector<char>> activeOnAnyRank() const;
    std::vector<Bucket> buckets(const std::vector<char>& active) const;
    std::vector<at::Tensor> emptyShares(const Bucket& bucket) const;
    base::Status sumGradients(const std::vector<Bucket>& buckets);
    base::Result<update::StepReport> examine(const std::vector<char>& active) const;
    base::Status spreadParameters(const std::vector<Bucket>& buckets);

    Communicator& m_ranks;
    std::vector<update::NamedParameter> m_parameters; // of all ranks, in the order of the groups
    std::vector<int> m_owners;
    update::Adam m_own;
};

} // namespace msrl::parallel
