// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/preflight.h"

#include "core/data/subset.h"
#include "engine/stages/inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace msrl::stages {

namespace {

class Preflight
{
public:
    Preflight(const curriculum::Plan& plan, const RunSettings& settings, const ArtefactStore& artefacts)
        : m_plan(plan)
        , m_artefacts(artefacts)
        , m_context { plan, settings, PlanData(plan, settings) }
    {
    }

    base::Status run()
    {
        for (const curriculum::PlanStep& step : m_plan.steps) {
            if (step.bypassed)
                continue;
            if (base::Status fine = checkTarget(step); !fine)
                return base::within(fine.error(), "node " + step.nodeId);
            if (m_artefacts.has(step.hash))
                continue;
            if (step.frozen && !followsPeople(step))
                return frozenWithoutResult(step);
            if (base::Status fine = checkStep(step); !fine)
                return base::within(fine.error(), "node " + step.nodeId);
        }
        return checkDisk();
    }

private:
    // What auditors decide at a gate is part of the address of all that follows it.
    bool followsPeople(const curriculum::PlanStep& step) const
    {
        if (findStage(step.nodeType)->always)
            return true;
        for (const auto& [port, inputs] : step.inputs) {
            for (const curriculum::PlanInput& input : inputs) {
                if (followsPeople(*m_plan.step(input.step)))
                    return true;
            }
        }
        return false;
    }

    base::Status checkStep(const curriculum::PlanStep& step)
    {
        if (const StageCheck check = findStage(step.nodeType)->check) {
            if (base::Status fine = check(m_context, step); !fine)
                return fine;
        }
        const curriculum::NodeTypeSpec& type = *curriculum::findNodeType(step.nodeType);
        if (type.traits.trains)
            noteTraining(step);
        for (const curriculum::PortSpec& port : type.inputs) {
            if (base::Status fine = checkPrompts(step, type, port); !fine)
                return fine;
        }
        return {};
    }

    base::Status checkTarget(const curriculum::PlanStep& step)
    {
        const StageCheck check = findStage(step.nodeType)->checkTarget;
        return check ? check(m_context, step) : base::Status();
    }

    base::Status checkPrompts(const curriculum::PlanStep& step, const curriculum::NodeTypeSpec& type,
        const curriculum::PortSpec& port)
    {
        const auto inputs = step.inputs.find(port.name);
        if (!port.use.prompts || inputs == step.inputs.end())
            return {};
        std::set<const SampleEncoder*> seen;
        for (const curriculum::PlanInput& judge : step.inputs.at(type.policyInput()->name)) {
            base::Result<const SampleEncoder*> encoder = m_context.data.encoderFor(step, judge);
            if (!encoder)
                return encoder.error();
            if (!seen.insert(*encoder).second)
                continue;
            if (base::Status fine = checkInputs(step, **encoder, port.use, inputs->second); !fine)
                return fine;
        }
        return {};
    }

    base::Status checkInputs(const curriculum::PlanStep& step, const SampleEncoder& encoder,
        const curriculum::PortUse& use, const std::vector<curriculum::PlanInput>& inputs)
    {
        for (const curriculum::PlanInput& input : inputs) {
            const curriculum::PlanStep* source = m_context.data.datasetBehind(input);
            if (!source)
                continue; // captions or targets that are yet to be written
            base::Result<const std::vector<data::Sample>*> samples = m_context.data.samplesOf(*source);
            if (!samples)
                return samples.error();
            if (base::Status labelled = data::checkNeeds(**samples, { .gold = use.needsGold }); !labelled)
                return labelled;
            if (base::Status fits = checkLengths(step, encoder, **samples, promptModeOf(input.type)); !fits)
                return fits;
            if (use.alsoAsPixels) {
                if (base::Status fits = checkLengths(step, encoder, **samples, text::PromptMode::Visual);
                    !fits)
                    return fits;
            }
            if (input.type == curriculum::PortType::SftSamples) {
                if (base::Status fits = checkCompletions(step, encoder, **samples); !fits)
                    return fits;
            }
            if (curriculum::traitsOf(step.nodeType).trains && !use.onlyMeasures) {
                if (base::Status fits = checkBudget(step, encoder, **samples, input.type); !fits)
                    return fits;
            }
        }
        return {};
    }

    base::Status checkLengths(const curriculum::PlanStep& step, const SampleEncoder& encoder,
        const std::vector<data::Sample>& samples, text::PromptMode mode)
    {
        const PromptLimits limits = PromptLimits::of(step);
        for (const data::Sample& sample : samples) {
            base::Result<EncodedPrompt> prompt
                = encoder.encode(sample, mode, limits, SampleEncoder::Pixels::Skip);
            if (!prompt)
                return prompt.error();
        }
        return {};
    }

    base::Status checkCompletions(const curriculum::PlanStep& step, const SampleEncoder& encoder,
        const std::vector<data::Sample>& samples)
    {
        const auto maxNew = step.params.at("max_new_tokens").get<std::int64_t>();
        for (const data::Sample& sample : samples) {
            base::Result<std::vector<std::int64_t>> completion
                = encoder.encodeCompletion(sample.completion, sample.where());
            if (!completion)
                return completion.error();
            if (static_cast<std::int64_t>(completion->size()) > maxNew)
                return base::badInput(
                    fmt::format("its completion has {} tokens, the limit is {}", completion->size(), maxNew),
                    sample.where(), "raise the field max_new_tokens, or leave the sample out");
        }
        return {};
    }

    // A micro-batch holds at least one prompt, without its last token, and one of its completions.
    base::Status checkBudget(const curriculum::PlanStep& step, const SampleEncoder& encoder,
        const std::vector<data::Sample>& samples, curriculum::PortType type)
    {
        const auto field = [&](const char* name) { return step.params.at(name).get<std::int64_t>(); };
        const std::int64_t budget = field("token_budget");
        if (field("max_prompt_tokens") - 1 + field("max_new_tokens") <= budget)
            return {}; // the other limits see to it
        for (const data::Sample& sample : samples) {
            const base::Result<EncodedPrompt> prompt = encoder.encode(
                sample, promptModeOf(type), PromptLimits::of(step), SampleEncoder::Pixels::Skip);
            if (!prompt)
                return prompt.error();
            std::int64_t completionTokens = field("max_new_tokens");
            if (type == curriculum::PortType::SftSamples) {
                const auto completion = encoder.encodeCompletion(sample.completion, sample.where());
                if (!completion)
                    return completion.error();
                completionTokens = static_cast<std::int64_t>(completion->size());
            }
            const auto promptTokens = static_cast<std::int64_t>(prompt->input.ids.size());
            if (promptTokens - 1 + completionTokens > budget)
                return base::badInput(fmt::format("{} prompt and {} completion tokens are over the token "
                                                  "budget of {}",
                                          promptTokens, completionTokens, budget),
                    sample.where(),
                    "raise the field token_budget, lower max_new_tokens, or leave the sample out");
        }
        return {};
    }

    void noteTraining(const curriculum::PlanStep& step)
    {
        m_trainings += 1;
        const bool best = step.params.value("result_policy", "last") == "best";
        m_checkpoints = std::max(
            m_checkpoints, step.params.at("checkpoint_keep").get<std::uint64_t>() + (best ? 1 : 0));
    }

    // Each training keeps its policy and, while it runs, checkpoints of parameters and two moments.
    base::Status checkDisk()
    {
        constexpr std::uint64_t kReserve = std::uint64_t { 64 } << 20;
        constexpr std::uint64_t kPerCheckpoint = 3;
        const std::uint64_t needed
            = m_context.policyBytes * (m_trainings + m_checkpoints * kPerCheckpoint) + kReserve;
        base::Result<std::uint64_t> available = base::freeDiskBytes(m_artefacts.root());
        if (!available)
            return available.error();
        if (*available < needed)
            return base::badInput(fmt::format("not enough disk space: about {} MB are needed, {} MB are free",
                                      needed >> 20, *available >> 20),
                m_artefacts.root().string(), "free some, or choose another run folder");
        return {};
    }

    const curriculum::Plan& m_plan;
    const ArtefactStore& m_artefacts;
    PreflightContext m_context;
    std::uint64_t m_trainings = 0;
    std::uint64_t m_checkpoints = 0; // of the training that keeps most
};

} // namespace

base::Status preflight(
    const curriculum::Plan& plan, const RunSettings& settings, const ArtefactStore& artefacts)
{
    return Preflight(plan, settings, artefacts).run();
}

} // namespace msrl::stages
