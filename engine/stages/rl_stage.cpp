// SPDX-License-Identifier: GPL-3.0-or-later
// Reinforcement learning with GRPO: prompts of a step (new and replayed) -> rollout -> rewards -> update.
#include "core/data/subset.h"
#include "engine/parallel/scores.h"
#include "engine/stages/frozen_vision.h"
#include "engine/stages/generation.h"
#include "engine/stages/inputs.h"
#include "engine/stages/pictures.h"
#include "engine/stages/rl_batches.h"
#include "engine/stages/rl_records.h"
#include "engine/stages/rl_settings.h"
#include "engine/stages/rl_step.h"
#include "engine/stages/skill_probe.h"
#include "engine/stages/stage_functions.h"
#include "engine/stages/training_session.h"

#include <memory>
#include <optional>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

base::Result<PromptSource> loadSource(const StageContext& context, const char* port, const char* name)
{
    const curriculum::PlanInput& input = *context.input(port);
    base::Result<std::vector<data::Sample>> samples = loadInputSamples(context, input);
    if (!samples)
        return samples.error();
    if (base::Status labelled = data::checkNeeds(*samples, { .gold = true }); !labelled)
        return labelled.error();
    return PromptSource { name, promptModeOf(input.type), *std::move(samples) };
}

class RlStage
{
public:
    static base::Result<RlStage> make(StageContext& context)
    {
        base::Result<PromptSource> fresh = loadSource(context, "preferences", "new");
        if (!fresh)
            return fresh.error();
        PromptSource replay;
        replay.name = "replay";
        const base::Result<data::ReplayRatio> ratio = replayRatioOf(context.step);
        if (!ratio)
            return ratio.error();
        if (context.input("replay") && ratio->usesReplay()) {
            base::Result<PromptSource> loaded = loadSource(context, "replay", "replay");
            if (!loaded)
                return loaded.error();
            replay = *std::move(loaded);
        }
        base::Result<std::optional<SkillProbe>> probe = SkillProbe::make(context);
        if (!probe)
            return base::within(probe.error(), "node " + context.step.nodeId + ", input probe");
        base::Result<data::ReplayMixer> mixer
            = makeMixer(context.plan, context.step, fresh->samples.size(), replay.samples.size());
        if (!mixer)
            return mixer.error();
        base::Result<Judge> judge = loadJudge(context, "policy");
        if (!judge)
            return judge.error();
        base::Result<TrainingSession> session = TrainingSession::start(context, context.integer("steps"));
        if (!session)
            return session.error();
        if (session->step() > 0) {
            if (base::Status restored = mixer->restore(session->restoredCursor(), "checkpoint"); !restored)
                return restored.error();
        }
        return RlStage(context, { *std::move(fresh), std::move(replay), *std::move(probe) },
            *std::move(mixer), std::move(judge->encoder), *std::move(session));
    }

    base::Result<StageResult> run(const fs::path& folder)
    {
        if (m_session.step() == 0) {
            if (base::Status probed = probe(0); !probed)
                return probed.error();
        }
        while (m_session.step() < m_context.integer("steps")) {
            const base::Result<double> reward = step();
            if (!reward)
                return reward.error();
            if (base::Status probed = probe(m_session.step() + 1); !probed)
                return probed.error();
            if (base::Status finished = m_session.finishStep(m_mixer.save(), *reward); !finished)
                return finished.error();
        }
        if (m_vision)
            m_vision->report();
        base::Result<base::Json> summary = m_session.save(folder);
        if (!summary)
            return summary.error();
        (*summary)["replay_share"] = m_mixer.realisedReplayShare();
        (*summary)["new_epochs"] = m_mixer.newEpochs();
        return StageResult { *std::move(summary), {} };
    }

private:
    struct Sources
    {
        PromptSource fresh;
        PromptSource replay;
        std::optional<SkillProbe> probe;
    };

    RlStage(StageContext& context, Sources sources, data::ReplayMixer mixer, SampleEncoder encoder,
        TrainingSession session)
        : m_context(context)
        , m_sources(std::make_unique<Sources>(std::move(sources)))
        , m_mixer(std::move(mixer))
        , m_encoder(std::move(encoder))
        , m_session(std::move(session))
        , m_rewards(rewardSettings(context))
        , m_updateOptions(updateOptions(context))
        , m_generateOptions(generateOptions(context, m_encoder))
    {
        m_generateOptions.samplesPerPrompt = context.integer("group_size");
        if (m_session.visionFrozen())
            m_vision.emplace(context, m_session.policy());
    }

    base::Result<std::vector<StepPrompt>> encoded(const std::vector<data::MixedSample>& chosen) const
    {
        std::vector<StepPrompt> prompts;
        for (const data::MixedSample& one : chosen) {
            const PromptSource& source
                = one.source == data::SampleSource::New ? m_sources->fresh : m_sources->replay;
            const data::Sample& sample = source.samples[one.index];
            base::Result<EncodedPrompt> prompt
                = m_encoder.encode(sample, source.mode, PromptLimits::of(m_context.step),
                    m_vision ? SampleEncoder::Pixels::Skip : SampleEncoder::Pixels::Load);
            if (!prompt)
                return prompt.error();
            prompts.push_back({ &source, &sample, *std::move(prompt) });
        }
        return prompts;
    }

    // One batch of prompts and what the policy writes; `round` of the step.
    base::Result<SampledStep> sampleRound(std::int64_t round)
    {
        SampledStep sampled;
        sampled.chosen = m_mixer.nextBatch(m_session.step());
        base::Result<std::vector<StepPrompt>> prompts = encoded(sampled.chosen);
        if (!prompts)
            return prompts.error();
        if (base::Status seen = computeFeatures(*prompts); !seen)
            return seen.error();
        m_generateOptions.firstPrompt = static_cast<std::uint64_t>(round) * sampled.chosen.size();
        base::Result<std::vector<rollout::Completion>> completions = rollOut(*prompts);
        if (!completions)
            return completions.error();
        sampled.prompts = *std::move(prompts);
        sampled.completions = *std::move(completions);
        return sampled;
    }

    // One round, or as many as it takes to find a batch of prompts that teach something.
    base::Result<SampledStep> sample()
    {
        SampledStep step;
        const auto wanted = static_cast<std::size_t>(m_context.integer("prompts_per_step"));
        for (std::int64_t round = 0; round < m_context.integer("sampling_rounds"); ++round) {
            if (round > 0 && variedPrompts(step).size() >= wanted)
                break;
            base::Result<SampledStep> more = sampleRound(round);
            if (!more)
                return more.error();
            addRound(step, *std::move(more), m_encoder, m_rewards);
        }
        return step;
    }

    bool samplesDynamically() const { return m_context.integer("sampling_rounds") > 1; }

    // Of one update; 0: all prompts, varied or not.
    std::size_t mostVaried() const
    {
        return samplesDynamically() ? static_cast<std::size_t>(m_context.integer("prompts_per_step")) : 0;
    }

    // Returns the mean reward.
    base::Result<double> step()
    {
        const double begin = base::monotonicSeconds();
        base::Result<SampledStep> sampled = sample();
        if (!sampled)
            return sampled.error();
        reportSchedule(m_context, m_mixer, m_session.step());
        const double generated = base::monotonicSeconds();
        reportReplayOutcomes(m_mixer, *sampled);
        const double lr = m_session.learningRate();
        const std::vector<std::size_t> learnt = promptsToLearn(*sampled, mostVaried());
        base::Result<update::UpdateMetrics> metrics = learn(updateGroups(*sampled, learnt, m_rewards));
        if (!metrics)
            return metrics.error();
        const double updated = base::monotonicSeconds();

        MetricBatch batch(m_context.step.id, m_session.step() + 1);
        addRolloutMetrics(batch, *sampled);
        addUpdateMetrics(batch, *metrics, m_updateOptions.objective.klWeight > 0);
        m_context.sink.rate(addSpeed(batch, *sampled, *metrics, { generated - begin, updated - generated }));
        batch.add("lr", lr);
        batch.add("replay_ratio", realisedRatio(*sampled));
        addReplayMetrics(batch, m_mixer, m_session.step());
        if (samplesDynamically())
            addSamplingMetrics(batch, *sampled, learnt);
        batch.send(m_context.sink);
        keepSamples(*sampled);
        tellReplayUse();
        return meanReward(*sampled);
    }

    // Before the step is counted, so that a resume from its checkpoint does not judge again.
    base::Status probe(std::int64_t finishedSteps)
    {
        if (!m_sources->probe || !m_sources->probe->isDue(finishedSteps))
            return {};
        return m_sources->probe->run(m_context, m_session.policy(), m_encoder, finishedSteps);
    }

    base::Status computeFeatures(std::vector<StepPrompt>& prompts)
    {
        std::vector<EncodedPrompt*> shown;
        for (StepPrompt& prompt : prompts)
            shown.push_back(&prompt.prompt);
        return m_vision ? m_vision->attach(m_encoder, shown) : base::Status();
    }

    base::Result<std::vector<rollout::Completion>> rollOut(const std::vector<StepPrompt>& prompts)
    {
        std::vector<batch::PromptInput> inputs;
        for (const StepPrompt& prompt : prompts)
            inputs.push_back(prompt.prompt.input);
        m_generateOptions.step = static_cast<std::uint64_t>(m_session.step());
        return generateTogether(m_context, m_session.policy(), inputs, m_generateOptions);
    }

    base::Result<update::UpdateMetrics> learn(std::vector<batch::Group> groups)
    {
        if (m_updateOptions.objective.klWeight > 0) {
            base::Result<const model::Policy*> reference = m_session.reference();
            if (!reference)
                return reference.error();
            if (base::Status scored = parallel::attachReference(**reference, groups,
                    m_updateOptions.tokenBudget, m_context.ranks, m_context.control.stopToken());
                !scored)
                return scored.error();
        }
        return m_session.update(groups, m_updateOptions);
    }

    // As often as completions are kept, and after the last step.
    void tellReplayUse()
    {
        const std::int64_t step = m_session.step() + 1;
        if (keepsSamples(step) || step == m_context.integer("steps"))
            reportReplayUse(m_context, m_mixer, m_sources->replay.samples, step);
    }

    bool keepsSamples(std::int64_t step) const
    {
        const std::int64_t every = m_context.integer("log_samples_every");
        return every > 0 && (step == 1 || step % every == 0);
    }

    void keepSamples(const SampledStep& sampled)
    {
        const std::int64_t step = m_session.step() + 1;
        if (!keepsSamples(step))
            return;
        std::vector<store::SampleRow> rows = sampleRows(m_context.step.id, step, sampled);
        keepPicturesOf(m_context, rows, sampled);
        addTokens(rows, sampled, m_encoder);
        m_context.sink.samples(rows);
    }

    StageContext& m_context;
    std::unique_ptr<Sources> m_sources; // prompts point into it
    data::ReplayMixer m_mixer;
    SampleEncoder m_encoder;
    TrainingSession m_session;
    std::optional<FrozenVision> m_vision;
    RewardSettings m_rewards;
    update::UpdateOptions m_updateOptions;
    rollout::GenerateOptions m_generateOptions;
};

} // namespace

base::Result<StageResult> runRlStage(StageContext& context, const fs::path& folder)
{
    base::Result<RlStage> stage = RlStage::make(context);
    if (!stage)
        return stage.error();
    return stage->run(folder);
}

} // namespace msrl::stages
