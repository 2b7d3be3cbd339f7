// SPDX-License-Identifier: GPL-3.0-or-later
// One optimiser step of all ranks together.
#pragma once

#include "engine/parallel/sharded_adam.h"
#include "engine/update/policy_update.h"

namespace msrl::parallel {

// update::trainStep() over the ranks: every rank is given the same policy and all groups, computes its part
// of the gradient, and ends with the same policy. Metrics are those of the whole step, on every rank; a
// non-finite loss or gradient on one of them skips the step on all, an error of one ends the call on all.
base::Result<update::UpdateMetrics> trainStep(const update::Trained& trained, ShardedAdam& adam,
    const std::vector<batch::Group>& groups, const update::UpdateOptions& options, double lrFactor,
    Communicator& ranks, std::stop_token stop = {});

} // namespace msrl::parallel
