// SPDX-License-Identifier: GPL-3.0-or-later
// One optimiser step on a policy, supervised or reinforced: forward and backward over micro-batches,
// clipping, AdamW.
//
// Which parts learn is decided before, by model::setTrainable(): frozen parts get no gradient, and with the
// vision tower and the projector frozen the image features carry none.
#pragma once

#include "core/base/result.h"
#include "engine/batch/micro_batch.h"
#include "engine/model/policy.h"
#include "engine/update/objective.h"
#include "engine/update/optimiser.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <stop_token>
#include <vector>

namespace msrl::update {

enum class LossKind {
    CrossEntropy, // mean negative log-probability of the completion tokens, weighted by
                  // CompletionInput::weight
    PolicyGradient, // ObjectiveOptions on advantages
};

struct UpdateOptions
{
    LossKind loss = LossKind::PolicyGradient;
    ObjectiveOptions objective; // PolicyGradient; its aggregation counts for both kinds (CrossEntropy: Dapo
                                // is the mean over tokens, Grpo the mean over completions)
    double temperature = 1.0; // divides the logits
    double entropyWeight = 0.0; // bonus: loss -= weight * mean entropy
    bool measureEntropy = false; // costs one more pass over the logits
    std::int64_t maxCompletionLength = 0; // DrGrpo's L_max
    std::int64_t tokenBudget = 4096; // per micro-batch
    bool recompute = false; // activations again in the backward: less memory, the same bits
};

struct UpdateMetrics
{
    double loss = 0;
    double meanLogprob = 0; // over the tokens that were computed
    double entropy = 0; // mean over tokens, when measured
    ObjectiveSums sums; // PolicyGradient; tokens left out for a zero advantage are not in it
    StepReport step; // of trainStep
    std::int64_t promptTokens = 0; // computed, without padding
    std::int64_t completionTokens = 0; // computed
    std::int64_t skippedTokens = 0; // left out: zero advantage and nothing else to learn from them
    std::int64_t microBatches = 0;
};

// What a step trains. With a master the policy only computes, in a format that is too coarse for small steps
// (bfloat16); the gradients, summed in float32, are those of the master's parameters, which the optimiser
// holds, and the policy's trained parameters follow the master's after each step. REQUIRES: a master of the
// same configuration in float32, with the same parts trainable; it outlives the call.
struct Trained
{
    Trained(model::Policy& one, model::Policy* itsMaster = nullptr) // NOLINT(google-explicit-constructor)
        : policy(one)
        , master(itsMaster)
    {
    }
    model::Policy& policy;
    model::Policy* master;
};
// Gives the policy's trained parameters the values of its master's, if it has one.
void followMaster(const Trained& trained);

base::Status validate(const UpdateOptions& options);

// How the groups of a policy are cut into micro-batches: for all workers (device/workers.h) and moderately
// full when the model is small, else as full as the budget allows.
batch::MicroBatchOptions packingFor(
    const model::Policy& policy, std::int64_t tokenBudget, bool skipZeroAdvantage);

// The figures that normalise the loss of a whole step. Count them over all groups (and ranks).
BatchTotals totalsOf(const std::vector<batch::Group>& groups, std::int64_t maxCompletionLength);

// Adds the gradient of the step's loss to the trainable parameters. Exact whatever the token budget
// and the number of workers, up to floating-point order; equal numbers give equal bits. Of several processes
// each is given all groups and computes its part; the sum of the parts is the gradient, and combined() has
// the figures.
base::Result<UpdateMetrics> accumulateGradients(const Trained& trained,
    const std::vector<batch::Group>& groups, const UpdateOptions& options, std::stop_token stop = {},
    batch::Part part = {});

// The figures of a step from those of its parts, in their order; `step` stays empty.
UpdateMetrics combined(const std::vector<UpdateMetrics>& parts, const BatchTotals& totals);

// accumulateGradients and one step of the optimiser; gradients are dropped before and after. A non-finite
// gradient or loss changes nothing and is reported in metrics.step.
base::Result<UpdateMetrics> trainStep(const Trained& trained, Adam& adam,
    const std::vector<batch::Group>& groups, const UpdateOptions& options, double lrFactor,
    std::stop_token stop = {});

// Log-probability of every completion token, [group][completion][token], without gradients: the reference
// policy's, or the trainer's view of a rollout. Empty for completions of other parts.
base::Result<std::vector<std::vector<std::vector<float>>>> scoreCompletions(const model::Policy& policy,
    const std::vector<batch::Group>& groups, std::int64_t tokenBudget, std::stop_token stop = {},
    batch::Part part = {});
// The same written into CompletionInput::refLogprobs.
base::Status attachReference(const model::Policy& reference, std::vector<batch::Group>& groups,
    std::int64_t tokenBudget, std::stop_token stop = {});

} // namespace msrl::update
