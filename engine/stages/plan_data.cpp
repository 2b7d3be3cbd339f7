// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/plan_data.h"

#include "engine/stages/inputs.h"

namespace msrl::stages {
namespace fs = std::filesystem;

const curriculum::PlanStep* PlanData::datasetBehind(const curriculum::PlanInput& input) const
{
    const curriculum::PlanStep* step = m_plan.step(input.step);
    if (curriculum::traitsOf(step->nodeType).stored)
        return step;
    if (step->nodeType == "captioner" && step->params.at("source") == "column")
        return m_plan.step(step->inputs.at("preferences").front().step);
    return nullptr;
}

base::Result<const std::vector<data::Sample>*> PlanData::samplesOf(const curriculum::PlanStep& dataset)
{
    auto it = m_samples.find(dataset.id);
    if (it == m_samples.end()) {
        base::Result<std::vector<data::Sample>> loaded
            = loadDataset(dataset.params, m_settings.projectFolder);
        if (!loaded)
            return loaded.error();
        it = m_samples.emplace(dataset.id, *std::move(loaded)).first;
    }
    return &it->second;
}

namespace {

// REQUIRES: a step that has a policy.
const curriculum::PlanInput& policyInputOf(const curriculum::PlanStep& step)
{
    return step.inputs.at(curriculum::findNodeType(step.nodeType)->policyInput()->name).front();
}

} // namespace

base::Result<const SampleEncoder*> PlanData::encoderFor(const curriculum::PlanStep& step)
{
    return encoderFor(step, policyInputOf(step));
}

// A policy has the tokenizer of the model that its training began with.
base::Result<const SampleEncoder*> PlanData::encoderFor(
    const curriculum::PlanStep& step, const curriculum::PlanInput& judge)
{
    const curriculum::PlanStep* model = m_plan.step(judge.step);
    while (!curriculum::traitsOf(model->nodeType).stored)
        model = m_plan.step(policyInputOf(*model).step);
    const std::string prompts = step.params.at("prompts").get<std::string>();
    const std::string key = model->id + "|" + prompts;
    auto it = m_encoders.find(key);
    if (it == m_encoders.end()) {
        const fs::path folder = m_settings.projectFolder / model->params.at("path").get<std::string>();
        base::Result<text::PromptSet> set = text::PromptSet::named(prompts, m_settings.projectFolder);
        if (!set)
            return set.error();
        base::Result<model::ModelConfig> config = model::readConfig(folder);
        if (!config)
            return config.error();
        base::Result<SampleEncoder> encoder = SampleEncoder::make(folder, *config, *std::move(set));
        if (!encoder)
            return encoder.error();
        it = m_encoders.emplace(key, *std::move(encoder)).first;
    }
    return &it->second;
}

} // namespace msrl::stages
