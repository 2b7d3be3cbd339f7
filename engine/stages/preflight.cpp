// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/preflight.h"

#include "core/data/captions.h"
#include "core/data/subset.h"
#include "engine/stages/export_target.h"
#include "engine/stages/inputs.h"
#include "engine/stages/plan_data.h"
#include "engine/vision/media.h"

#include <ATen/ops/isfinite.h>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

// The same file with the same frames.
std::string decodedKey(const data::Media& media)
{
    // Of listed frames `file` is the media root, which they share with others.
    return fmt::format(
        "{}|{}|{}|{}", media.file.string(), media.key(), media.frames, data::frameRuleName(media.frameRule));
}

class Preflight
{
public:
    Preflight(const curriculum::Plan& plan, const RunSettings& settings, const ArtefactStore& artefacts)
        : m_plan(plan)
        , m_settings(settings)
        , m_artefacts(artefacts)
        , m_data(plan, settings)
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
        if (step.nodeType == "model")
            return checkModel(step);
        if (step.nodeType == "dataset")
            return checkDataset(step);
        if (step.nodeType == "captioner")
            return checkCaptions(step);
        if (step.nodeType == "sft") {
            noteTraining(step);
            return checkPrompts(step, "samples");
        }
        if (step.nodeType == "rl") {
            noteTraining(step);
            if (base::Status fine = checkPrompts(step, "preferences"); !fine)
                return fine;
            if (base::Status fine = checkPrompts(step, "replay"); !fine)
                return fine;
            return checkPrompts(step, "probe");
        }
        if (step.nodeType == "cmkd")
            return checkPrompts(step, "captioned");
        if (step.nodeType == "evaluate")
            return checkPrompts(step, "benchmarks");
        return {};
    }

    // Before training, and again when the result is there already and only its place is new.
    base::Status checkTarget(const curriculum::PlanStep& step) const
    {
        const std::string target = step.nodeType == "export" ? step.params.value("path", "") : "";
        return target.empty() ? base::Status() : checkExportTarget(m_settings.projectFolder / target);
    }

    base::Status checkModel(const curriculum::PlanStep& step)
    {
        const fs::path folder = m_settings.projectFolder / step.params.at("path").get<std::string>();
        base::Result<model::Policy> policy
            = model::loadPolicy(folder, c10::ScalarType::Float, m_settings.device);
        if (!policy)
            return policy.error();
        for (const model::Parameter& parameter : policy->parameters) {
            if (!at::isfinite(parameter.value).all().item<bool>())
                return base::badInput("tensor '" + parameter.name + "' holds a number that is not finite",
                    folder.string(), "training would come to nothing; take another checkpoint");
        }
        m_policyBytes = static_cast<std::uint64_t>(policy->numParameters()) * sizeof(float);
        return {};
    }

    // Every picture and video is decoded once: a broken one must not end a run in its third hour.
    base::Status checkDataset(const curriculum::PlanStep& step)
    {
        base::Result<const std::vector<data::Sample>*> samples = m_data.samplesOf(step);
        if (!samples)
            return samples.error();
        for (const data::Sample& sample : **samples) {
            for (const data::Media& media : sample.allMedia()) {
                if (!media.inRow() && !m_decoded.insert(decodedKey(media)).second)
                    continue;
                if (const base::Status fine = vision::checkDecodes(media); !fine)
                    return base::within(fine.error(), sample.where());
            }
        }
        return {};
    }

    base::Status checkCaptions(const curriculum::PlanStep& step)
    {
        base::Result<const std::vector<data::Sample>*> samples
            = m_data.samplesOf(*m_plan.step(step.inputs.at("preferences").front().step));
        if (!samples)
            return samples.error();
        const auto source = step.params.at("source").get<std::string>();
        if (source == "column")
            return data::checkNeeds(**samples, { .caption = true });
        if (source == "policy")
            return {}; // yet to be written
        std::vector<data::Sample> captioned = **samples;
        return data::takeCaptions(
            captioned, m_settings.projectFolder / step.params.at("file").get<std::string>());
    }

    base::Status checkPrompts(const curriculum::PlanStep& step, const std::string& port)
    {
        const auto inputs = step.inputs.find(port);
        if (inputs == step.inputs.end())
            return {};
        std::set<const SampleEncoder*> seen;
        for (const curriculum::PlanInput& judge :
            step.inputs.at(step.nodeType == "evaluate" ? "policies" : "policy")) {
            base::Result<const SampleEncoder*> encoder = m_data.encoderFor(step, judge);
            if (!encoder)
                return encoder.error();
            if (!seen.insert(*encoder).second)
                continue;
            if (base::Status fine = checkInputs(step, **encoder, inputs->second); !fine)
                return fine;
        }
        return {};
    }

    base::Status checkInputs(const curriculum::PlanStep& step, const SampleEncoder& encoder,
        const std::vector<curriculum::PlanInput>& inputs)
    {
        const bool needsGold = step.nodeType == "rl" || step.nodeType == "evaluate";
        for (const curriculum::PlanInput& input : inputs) {
            const curriculum::PlanStep* source = m_data.datasetBehind(input);
            if (!source)
                continue; // captions or targets that are yet to be written
            base::Result<const std::vector<data::Sample>*> samples = m_data.samplesOf(*source);
            if (!samples)
                return samples.error();
            if (base::Status labelled = data::checkNeeds(**samples, { .gold = needsGold }); !labelled)
                return labelled;
            if (base::Status fits = checkLengths(step, encoder, **samples, promptModeOf(input.type)); !fits)
                return fits;
            if (step.nodeType == "cmkd") { // the student reads the same samples as pixels
                if (base::Status fits = checkLengths(step, encoder, **samples, text::PromptMode::Visual);
                    !fits)
                    return fits;
            }
        }
        return {};
    }

    base::Status checkLengths(const curriculum::PlanStep& step, const SampleEncoder& encoder,
        const std::vector<data::Sample>& samples, text::PromptMode mode)
    {
        const PromptLimits limits = PromptLimits::of(step);
        const auto maxNew = step.params.at("max_new_tokens").get<std::int64_t>();
        for (const data::Sample& sample : samples) {
            base::Result<EncodedPrompt> prompt
                = encoder.encode(sample, mode, limits, SampleEncoder::Pixels::Skip);
            if (!prompt)
                return prompt.error();
            if (step.nodeType != "sft")
                continue;
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
            = m_policyBytes * (m_trainings + m_checkpoints * kPerCheckpoint) + kReserve;
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
    const RunSettings& m_settings;
    const ArtefactStore& m_artefacts;
    PlanData m_data;
    std::set<std::string> m_decoded;
    std::uint64_t m_policyBytes = 0;
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
