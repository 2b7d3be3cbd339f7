// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of one reinforcement step around rollout and update: the prompts, the rewards, and what is learnt
// from. What is recorded of it: rl_records.h.
#pragma once

#include "core/data/replay_mixer.h"
#include "core/judge/advantages.h"
#include "core/judge/parser.h"
#include "core/judge/rewards.h"
#include "engine/batch/micro_batch.h"
#include "engine/rollout/generate.h"
#include "engine/stages/sample_encoder.h"

#include <cstddef>
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

// What becomes of completions near the length limit. Learn: like all others. Mask: one that was cut off there
// is not learnt from. Penalty: the reward falls over the last tokens before the limit (DAPO, Yu et al., arXiv
// 2503.14476, "soft overlong punishment").
enum class Overlong { Learn, Mask, Penalty };

struct RewardSettings
{
    judge::ParserMode parser = judge::ParserMode::Strict;
    judge::RewardWeights weights;
    judge::AdvantageScale scale = judge::AdvantageScale::Group;
    Overlong overlong = Overlong::Learn;
    std::int64_t longest = 0; // tokens that a completion may have
    std::int64_t overlongTokens = 1; // Penalty: the last so many of them
    double overlongWeight = 1;
};

struct ScoredStep
{
    std::vector<ScoredCompletion> completions; // prompt-major, as generated
    judge::Advantages advantages;
};

// What a step has sampled, in one round or several.
struct SampledStep
{
    std::vector<data::MixedSample> chosen;
    std::vector<StepPrompt> prompts;
    std::vector<rollout::Completion> completions; // prompt-major
    ScoredStep scored;
};

// Takes a round's prompts and completions in and scores all. A completion that was cut off at the length
// limit has no format: its end is missing.
void addRound(
    SampledStep& step, SampledStep round, const SampleEncoder& encoder, const RewardSettings& settings);

// The prompts whose completions earned different rewards, in order.
std::vector<std::size_t> variedPrompts(const SampledStep& step);

// Whether a prompt's completions were all right or all wrong, whatever their form earned.
bool isAllRightOrAllWrong(const SampledStep& step, std::size_t prompt);
// All prompts of the step; where `mostVaried` is not 0 (dynamic sampling) at most so many of those that vary.
std::vector<std::size_t> promptsToLearn(const SampledStep& step, std::size_t mostVaried);

// These prompts with their completions, advantages and weights (data::Sample::weight), for the update;
// without those that the settings mask.
std::vector<batch::Group> updateGroups(
    const SampledStep& step, const std::vector<std::size_t>& prompts, const RewardSettings& settings);

// Tells the mixer what the step's replayed prompts earned.
void reportReplayOutcomes(data::ReplayMixer& mixer, const SampledStep& step);

} // namespace msrl::stages
