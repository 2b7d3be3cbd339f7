// SPDX-License-Identifier: GPL-3.0-or-later
// One micro-batch through the policy: its loss, or the log-probabilities alone.
#pragma once

#include "core/base/result.h"
#include "engine/batch/micro_batch.h"
#include "engine/model/policy.h"
#include "engine/update/policy_update.h"
#include "engine/update/token_logprobs.h"

#include <ATen/core/Tensor.h>

namespace msrl::update {

struct MicroBatchLoss
{
    at::Tensor loss; // scalar, differentiable unless gradients are off: the micro-batch's part of the step's
    TokenLogprobs tokens; // [N] each
    ObjectiveSums sums; // PolicyGradient
};

// Refused: ids outside the vocabulary, features that do not match the image tokens.
base::Result<MicroBatchLoss> lossOf(const model::Policy& policy, const batch::MicroBatch& batch,
    const UpdateOptions& options, const BatchTotals& totals);

// Log-probabilities of the targets at temperature 1, without gradients. Refused: as above.
base::Result<TokenLogprobs> scoresOf(const model::Policy& policy, const batch::MicroBatch& batch);

} // namespace msrl::update
