// SPDX-License-Identifier: GPL-3.0-or-later
// What is recorded of one reinforcement step: its metrics, and its completions with all that was decided
// about them.
#pragma once

#include "core/store/rows.h"
#include "engine/stages/metric_batch.h"
#include "engine/stages/rl_step.h"
#include "engine/update/policy_update.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace msrl::stages {

// Reward and its parts by source, lengths, zero-variance share, accuracy, format, task.
void addRolloutMetrics(MetricBatch& batch, const SampledStep& step);
double meanReward(const SampledStep& step);
// Loss, KL, clip shares, trainer-against-rollout difference, gradient norm.
void addUpdateMetrics(MetricBatch& batch, const update::UpdateMetrics& metrics, bool hasReference);

// Of dynamic sampling: the prompts that were sampled and those that are learnt from ("sampling/prompts",
// "sampling/learnt"), and how many of the latter are replayed ("sampling/learnt_replay").
void addSamplingMetrics(
    MetricBatch& batch, const SampledStep& step, const std::vector<std::size_t>& learntPrompts);

// New samples per replayed one among the step's prompts; NaN (no point) without replay.
double realisedRatio(const SampledStep& step);

struct StepSeconds
{
    double rollout = 0;
    double update = 0;
};
// Tokens per second of each, and memory. Returns the tokens generated per second of both together.
double addSpeed(MetricBatch& batch, const SampledStep& step, const update::UpdateMetrics& metrics,
    const StepSeconds& took);

std::vector<store::SampleRow> sampleRows(
    const std::string& stage, std::int64_t step, const SampledStep& sampled);
// Writes the images that stand inside rows of the data to `folder`, each once, and names these files instead.
// REQUIRES: rows are sampleRows() of the same step.
base::Status keepPictures(
    std::vector<store::SampleRow>& rows, const SampledStep& sampled, const std::filesystem::path& folder);
// Adds what the tokens were worth at rollout. REQUIRES: rows are sampleRows() of the same step.
void addTokens(std::vector<store::SampleRow>& rows, const SampledStep& sampled, const SampleEncoder& encoder);

} // namespace msrl::stages
