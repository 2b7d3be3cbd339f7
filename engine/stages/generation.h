// SPDX-License-Identifier: GPL-3.0-or-later
// Writing completions for a list of samples: what captioner, CMKD and evaluation share.
#pragma once

#include "engine/model/policy.h"
#include "engine/rollout/generate.h"
#include "engine/stages/sample_encoder.h"
#include "engine/stages/stage.h"

#include <functional>
#include <string>
#include <vector>

namespace msrl::stages {

// A policy with the encoder of its own tokenizer and preprocessor.
struct Judge
{
    model::Policy policy;
    SampleEncoder encoder;
};

// The policy of a model folder.
base::Result<Judge> loadJudge(
    const std::filesystem::path& folder, text::PromptSet prompts, c10::Device device = c10::kCPU);
// The policy of an input, or of port `port`, with the prompt set of the step.
base::Result<Judge> loadJudge(const StageContext& context, const curriculum::PlanInput& input);
base::Result<Judge> loadJudge(const StageContext& context, const char* port);

// rollout::generate() shared out over the ranks, balanced by length: every rank is given all prompts and ends
// with all completions.
base::Result<std::vector<rollout::Completion>> generateTogether(const StageContext& context,
    const model::Policy& policy, const std::vector<batch::PromptInput>& prompts,
    const rollout::GenerateOptions& options);

// For GenerateOptions::isFinished: true when the last token of a completion ends the first occurrence of
// `text`, which may begin anywhere in a token and end anywhere in the last. REQUIRES: `text` is not empty.
std::function<bool(const std::vector<std::int64_t>& ids)> stopsAt(
    text::Tokenizer tokenizer, std::string text);

// Limits, sampling (where the node has it) and random stream of the step; one sample per prompt.
rollout::GenerateOptions generateOptions(const StageContext& context, const SampleEncoder& encoder);

} // namespace msrl::stages
