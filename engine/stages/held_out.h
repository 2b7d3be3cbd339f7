// SPDX-License-Identifier: GPL-3.0-or-later
// Judging pairs whose better side is known, each in both orders, greedily; unparsed counts as wrong. What the
// evaluation of a policy and the probe of a stage in training share.
#pragma once

#include "core/judge/evaluation.h"
#include "engine/stages/rl_step.h"
#include "engine/stages/stage.h"

#include <utility>
#include <vector>

namespace msrl::stages {

struct HeldOutSet
{
    PromptSource source; // named by what the judge is given: text, captions, pixels; without samples
    std::vector<data::Sample> shown; // pair i is 2i as given and 2i+1 swapped
};

// Every sample must have its gold label.
base::Result<HeldOutSet> loadHeldOut(const StageContext& context, const curriculum::PlanInput& input);

struct JudgedPairs
{
    std::vector<StepPrompt> prompts;
    std::vector<rollout::Completion> completions; // one each
};

// The samples [first, second) of `range`, which begins and ends with a pair. All ranks call it and get all.
base::Result<JudgedPairs> judgeHeldOut(const StageContext& context, const model::Policy& policy,
    const SampleEncoder& encoder, const HeldOutSet& set, std::pair<std::size_t, std::size_t> range);

void countOutcomes(judge::EvaluationSummary& summary, const JudgedPairs& judged, const SampleEncoder& encoder,
    judge::ParserMode parser);

judge::ParserMode parserOf(const StageContext& context);

} // namespace msrl::stages
