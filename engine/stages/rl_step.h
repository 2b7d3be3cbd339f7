// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of one reinforcement step around rollout and update: the prompts, the rewards, and what is
// recorded.
#pragma once

#include "core/judge/advantages.h"
#include "core/judge/parser.h"
#include "core/judge/rewards.h"
#include "engine/rollout/generate.h"
#include "engine/stages/metric_batch.h"
#include "engine/stages/sample_encoder.h"
#include "engine/update/policy_update.h"

#include <string>
#include <vector>

namespace msrl::stages {

// One of a stage's two data sources.
struct PromptSource
{
    std::string name; // "new" or "replay"
    text::PromptMode mode = text::PromptMode::Visual;
    std::vector<data::Sample> samples;

    // The tags that prompts of this source ask for.
    judge::Requirements requirements(const data::Sample& sample) const;
};

struct StepPrompt
{
    const PromptSource* source = nullptr;
    const data::Sample* sample = nullptr;
    EncodedPrompt prompt;
};

// What one completion earned.
struct ScoredCompletion
{
    std::string text;
    judge::Judgement judgement;
    judge::Reward reward;
    double advantage = 0;
};

struct RewardSettings
{
    judge::ParserMode parser = judge::ParserMode::Strict;
    judge::RewardWeights weights;
    judge::AdvantageScale scale = judge::AdvantageScale::Group;
};

struct ScoredStep
{
    std::vector<ScoredCompletion> completions; // prompt-major, as generated
    judge::Advantages advantages;
};

// A completion that was cut off at the length limit has no format: its end is missing.
ScoredStep scoreStep(const std::vector<StepPrompt>& prompts,
    const std::vector<rollout::Completion>& completions, const SampleEncoder& encoder,
    const RewardSettings& settings);

// Prompts with their completions and advantages, for the update.
std::vector<batch::Group> updateGroups(const std::vector<StepPrompt>& prompts,
    const std::vector<rollout::Completion>& completions, const ScoredStep& scored);

// Reward and its parts by source, lengths, zero-variance share, accuracy, format, task.
void addRolloutMetrics(MetricBatch& batch, const std::vector<StepPrompt>& prompts,
    const std::vector<rollout::Completion>& completions, const ScoredStep& scored);
// Loss, KL, clip shares, trainer-against-rollout difference, gradient norm.
void addUpdateMetrics(MetricBatch& batch, const update::UpdateMetrics& metrics, bool hasReference);

std::vector<store::SampleRow> sampleRows(const std::string& stage, std::int64_t step,
    const std::vector<StepPrompt>& prompts, const std::vector<rollout::Completion>& completions,
    const ScoredStep& scored);

} // namespace msrl::stages
