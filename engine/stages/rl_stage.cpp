// SPDX-License-Identifier: GPL-3.0-or-later
// Reinforcement learning with GRPO: prompts of a step (new and replayed) -> rollout -> rewards -> update.
#include "core/data/replay_mixer.h"
#include "core/data/subset.h"
#include "engine/device/memory.h"
#include "engine/parallel/scores.h"
#include "engine/stages/generation.h"
#include "engine/stages/inputs.h"
#include "engine/stages/rl_step.h"
#include "engine/stages/skill_probe.h"
#include "engine/stages/stage_functions.h"
#include "engine/stages/training_session.h"

#include <fmt/format.h>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

RewardSettings rewardSettings(const StageContext& context)
{
    RewardSettings settings;
    settings.parser = parserOf(context);
    settings.weights = { { "accuracy", context.real("reward_accuracy") },
        { "format", context.real("reward_format") }, { "task", context.real("reward_task") } };
    const std::string scale = context.text("scale_rewards");
    settings.scale = scale == "group" ? judge::AdvantageScale::Group
        : scale == "batch"            ? judge::AdvantageScale::Batch
                                      : judge::AdvantageScale::None;
    return settings;
}

update::UpdateOptions updateOptions(const StageContext& context)
{
    update::UpdateOptions options;
    options.loss = update::LossKind::PolicyGradient;
    options.objective.clipLow = context.real("clip_low");
    options.objective.clipHigh = context.real("clip_high");
    options.objective.klWeight = context.real("beta");
    options.objective.aggregation = *update::aggregationFromName(context.text("aggregation"));
    options.maxCompletionLength = context.integer("max_new_tokens");
    options.tokenBudget = context.integer("token_budget");
    return options;
}

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
        const double ratio = context.real("replay_ratio");
        if (context.input("replay") && ratio > 0) {
            base::Result<PromptSource> loaded = loadSource(context, "replay", "replay");
            if (!loaded)
                return loaded.error();
            replay = *std::move(loaded);
        }
        data::MixerOptions options;
        options.numNew = fresh->samples.size();
        options.numReplay = replay.samples.size();
        options.batchSize = static_cast<int>(context.integer("prompts_per_step"));
        options.ratio = data::ReplayRatio(replay.samples.empty() ? data::ReplayRatio::kNoReplay : ratio);
        options.mode = *data::replayModeFromName(context.text("replay_sampling"));
        options.seed = context.plan.seed ^ context.streamId();
        base::Result<std::optional<SkillProbe>> probe = SkillProbe::make(context);
        if (!probe)
            return base::within(probe.error(), "node " + context.step.nodeId + ", input probe");
        base::Result<data::ReplayMixer> mixer = data::ReplayMixer::create(options);
        if (!mixer)
            return base::within(mixer.error(), "node " + context.step.nodeId);
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
            if (base::Status stepped = step(); !stepped)
                return stepped.error();
            if (base::Status probed = probe(m_session.step() + 1); !probed)
                return probed.error();
            if (base::Status finished = m_session.finishStep(m_mixer.save()); !finished)
                return finished.error();
        }
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
    }

    base::Result<std::vector<StepPrompt>> nextPrompts(std::vector<data::MixedSample>& chosen)
    {
        chosen = m_mixer.nextBatch();
        std::vector<StepPrompt> prompts;
        for (const data::MixedSample& one : chosen) {
            const PromptSource& source
                = one.source == data::SampleSource::New ? m_sources->fresh : m_sources->replay;
            const data::Sample& sample = source.samples[one.index];
            base::Result<EncodedPrompt> prompt = m_encoder.encode(
                sample, source.mode, PromptLimits::of(m_context.step.params), SampleEncoder::Pixels::Load);
            if (!prompt)
                return prompt.error();
            prompts.push_back({ &source, &sample, *std::move(prompt) });
        }
        return prompts;
    }

    base::Status step()
    {
        std::vector<data::MixedSample> chosen;
        base::Result<std::vector<StepPrompt>> prompts = nextPrompts(chosen);
        if (!prompts)
            return prompts.error();
        const double begin = base::monotonicSeconds();
        if (base::Status seen = computeFeatures(*prompts); !seen)
            return seen;
        base::Result<std::vector<rollout::Completion>> completions = rollOut(*prompts);
        if (!completions)
            return completions.error();
        const double generated = base::monotonicSeconds();
        const ScoredStep scored = scoreStep(*prompts, *completions, m_encoder, m_rewards);
        reportReplayOutcomes(chosen, scored);
        const double lr = m_session.learningRate();
        base::Result<update::UpdateMetrics> metrics = learn(updateGroups(*prompts, *completions, scored));
        if (!metrics)
            return metrics.error();
        const double updated = base::monotonicSeconds();

        MetricBatch batch(m_context.step.id, m_session.step() + 1);
        addRolloutMetrics(batch, *prompts, *completions, scored);
        addUpdateMetrics(batch, *metrics, m_updateOptions.objective.klWeight > 0);
        addSpeed(batch, *completions, *metrics, generated - begin, updated - generated);
        batch.add("lr", lr);
        batch.add("replay_ratio", realisedRatio(chosen));
        batch.send(m_context.sink);
        keepSamples(*prompts, *completions, scored);
        return {};
    }

    // Before the step is counted, so that a resume from its checkpoint does not judge again.
    base::Status probe(std::int64_t finishedSteps)
    {
        if (!m_sources->probe || !m_sources->probe->isDue(finishedSteps))
            return {};
        return m_sources->probe->run(m_context, m_session.policy(), m_encoder, finishedSteps);
    }

    // With a frozen vision tower rollout, reference and update share one pass over the pixels, all ranks too.
    base::Status computeFeatures(std::vector<StepPrompt>& prompts)
    {
        if (!m_session.visionFrozen())
            return {};
        std::vector<batch::PromptInput*> inputs;
        for (StepPrompt& prompt : prompts)
            inputs.push_back(&prompt.prompt.input);
        return parallel::attachFeatures(
            m_session.policy(), inputs, m_context.ranks, m_context.control.stopToken());
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

    void reportReplayOutcomes(const std::vector<data::MixedSample>& chosen, const ScoredStep& scored)
    {
        for (std::size_t p = 0; p < chosen.size(); ++p) {
            if (chosen[p].source == data::SampleSource::Replay)
                m_mixer.reportReplay(
                    chosen[p].index, scored.advantages.groupMean[p], scored.advantages.groupStd[p] < 1e-8);
        }
    }

    // New samples per replayed one in this batch; NaN (no point) without replay.
    static double realisedRatio(const std::vector<data::MixedSample>& chosen)
    {
        const auto replayed = std::count_if(chosen.begin(), chosen.end(),
            [](const data::MixedSample& one) { return one.source == data::SampleSource::Replay; });
        const auto total = static_cast<std::ptrdiff_t>(chosen.size());
        return replayed == 0 ? NAN : static_cast<double>(total - replayed) / static_cast<double>(replayed);
    }

    void addSpeed(MetricBatch& batch, const std::vector<rollout::Completion>& completions,
        const update::UpdateMetrics& metrics, double rolloutSeconds, double updateSeconds)
    {
        double generated = 0;
        for (const rollout::Completion& completion : completions)
            generated += static_cast<double>(completion.ids.size());
        const double trained = static_cast<double>(metrics.promptTokens + metrics.completionTokens);
        batch.add("tokens_per_second/rollout", generated / std::max(rolloutSeconds, 1e-9));
        if (trained > 0)
            batch.add("tokens_per_second/update", trained / std::max(updateSeconds, 1e-9));
        batch.add("memory/rss_mb", static_cast<double>(device::memoryUse().residentBytes) / 1e6);
        m_context.sink.rate(generated / std::max(rolloutSeconds + updateSeconds, 1e-9));
    }

    void keepSamples(const std::vector<StepPrompt>& prompts,
        const std::vector<rollout::Completion>& completions, const ScoredStep& scored)
    {
        const std::int64_t every = m_context.integer("log_samples_every");
        const std::int64_t step = m_session.step() + 1;
        if (every > 0 && (step == 1 || step % every == 0))
            m_context.sink.samples(sampleRows(m_context.step.id, step, prompts, completions, scored));
    }

    StageContext& m_context;
    std::unique_ptr<Sources> m_sources; // prompts point into it
    data::ReplayMixer m_mixer;
    SampleEncoder m_encoder;
    TrainingSession m_session;
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
