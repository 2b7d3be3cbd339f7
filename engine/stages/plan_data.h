// SPDX-License-Identifier: GPL-3.0-or-later
// What of a plan's data can be known before it runs: samples of its datasets, and how a step writes them as
// prompts. Each file is read once.
#pragma once

#include "core/curriculum/plan.h"
#include "core/data/sample.h"
#include "engine/stages/sample_encoder.h"
#include "engine/stages/stage.h"

#include <map>
#include <string>
#include <vector>

namespace msrl::stages {

class PlanData
{
public:
    // Both outlive it.
    PlanData(const curriculum::Plan& plan, const RunSettings& settings)
        : m_plan(plan)
        , m_settings(settings)
    {
    }

    // The dataset that an input's samples come from; null where they are yet to be written.
    const curriculum::PlanStep* datasetBehind(const curriculum::PlanInput& input) const;
    base::Result<const std::vector<data::Sample>*> samplesOf(const curriculum::PlanStep& dataset);
    // The step's prompt set with the tokenizer of this one of its policies, or of the first. REQUIRES: a step
    // with a policy and a prompt set.
    base::Result<const SampleEncoder*> encoderFor(
        const curriculum::PlanStep& step, const curriculum::PlanInput& judge);
    base::Result<const SampleEncoder*> encoderFor(const curriculum::PlanStep& step);

private:
    const curriculum::Plan& m_plan;
    const RunSettings& m_settings;
    std::map<std::string, std::vector<data::Sample>> m_samples;
    std::map<std::string, SampleEncoder> m_encoders;
};

} // namespace msrl::stages
