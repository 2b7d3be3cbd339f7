// SPDX-License-Identifier: GPL-3.0-or-later
// What a run's gate asks of items without a decision.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>

namespace msrl::models {

// Without a gate nothing is asked for.
struct GateThresholds
{
    bool byHand = false; // nothing trains without a decision
    double minVoteShare = 0;
    std::string measure = "mean_logprob"; // of the confidence
    double minConfidence = -1000;
    // With the policy "sampled": the gate waits for this many random items; 0 with any other.
    int sampleSize = 0;
    double maxError = 1;
};

// As the run's plan gives them for the gate's stage: the engine decides with the same numbers. An error where
// the plan cannot be read or lacks one of them.
base::Result<GateThresholds> readThresholds(const std::filesystem::path& planFile, const std::string& stage);

} // namespace msrl::models
