// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the engine's two inner loops are on a model: the same generate() and trainStep() that a run calls.
#pragma once

#include "core/base/result.h"
#include "engine/batch/micro_batch.h"
#include "engine/model/policy.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace msrl::speed {

struct SpeedOptions
{
    std::int64_t groupSize = 8; // completions of each prompt
    std::int64_t newTokens = 96; // of each completion: exactly, unless a stop id ends it before
    std::vector<std::int64_t> stopIds;
    std::int64_t tokenBudget = 4096; // of an update's micro-batch
    bool recompute = false; // an update's activations
    std::int64_t maxRows = 128; // decoded together
    int repeats = 3; // turns after one that warms up
};

struct Measurement
{
    std::vector<double> seconds; // of each turn
    double tokens = 0; // generated, or learnt from
    double flops = 0; // of one turn, counted as flops.h does
    std::uint64_t peakResidentBytes = 0; // of the process at the end

    double medianSeconds() const;
};

double median(std::vector<double> values); // REQUIRES: at least one
// Median time of `repeats` calls after one that warms up.
double medianSeconds(int repeats, const std::function<void()>& work);

// Samples groupSize completions of each prompt, the same ones in each turn; the prompts' computation
// included. REQUIRES: at least one prompt.
base::Result<Measurement> measureRollout(
    const model::Policy& policy, const std::vector<batch::PromptInput>& prompts, const SpeedOptions& options);

// Forward, cross-entropy, backward and AdamW on all parameters that take part; one completion a group.
// REQUIRES: at least one sequence.
base::Result<Measurement> measureUpdate(
    model::Policy& policy, const std::vector<batch::Group>& sequences, const SpeedOptions& options);

// One step of GRPO: rollout, random rewards, update of the language model. REQUIRES: at least one prompt.
base::Result<Measurement> measureGrpo(
    model::Policy& policy, const std::vector<batch::PromptInput>& prompts, const SpeedOptions& options);

} // namespace msrl::speed
