// SPDX-License-Identifier: GPL-3.0-or-later
// Passes without gradients, shared out over the ranks: what update/policy_update.h computes alone.
#pragma once

#include "engine/batch/micro_batch.h"
#include "engine/model/policy.h"
#include "engine/parallel/communicator.h"

#include <stop_token>
#include <vector>

namespace msrl::parallel {

// update::attachReference(): every rank ends with the log-probabilities of all completions. REQUIRES: the
// same groups on every rank.
base::Status attachReference(const model::Policy& reference, std::vector<batch::Group>& groups,
    std::int64_t tokenBudget, Communicator& ranks, std::stop_token stop = {});

} // namespace msrl::parallel
