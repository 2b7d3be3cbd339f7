// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/rl_records.h"

#include "core/data/image_bytes.h"
#include "engine/device/memory.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>

namespace msrl::stages {

namespace {

// The tallies of one source ("" = all).
struct SourceTallies
{
    Tally reward;
    std::map<std::string, Tally> parts;

    void add(const judge::Reward& earned)
    {
        reward.add(earned.total);
        for (const judge::RewardPart& part : earned.parts) {
            if (part.value)
                parts[part.name].add(*part.value);
        }
    }

    void write(MetricBatch& batch, const std::string& source) const
    {
        batch.add("reward", reward.mean(), source);
        batch.add("reward/std", reward.deviation(), source);
        for (const auto& [name, tally] : parts)
            batch.add("reward/" + name, tally.mean(), source);
    }
};

} // namespace

void addSamplingMetrics(
    MetricBatch& batch, const SampledStep& step, const std::vector<std::size_t>& learntPrompts)
{
    const auto replayed = std::count_if(learntPrompts.begin(), learntPrompts.end(),
        [&](std::size_t p) { return step.chosen[p].source == data::SampleSource::Replay; });
    batch.add("sampling/prompts", static_cast<double>(step.prompts.size()));
    batch.add("sampling/learnt", static_cast<double>(learntPrompts.size()));
    batch.add("sampling/learnt_replay", static_cast<double>(replayed));
}

void addRolloutMetrics(MetricBatch& batch, const SampledStep& step)
{
    const auto& [chosen, prompts, completions, scored] = step;
    const std::size_t groupSize = completions.size() / prompts.size();
    std::map<std::string, SourceTallies> bySource;
    Tally length, entropy, advantage, right;
    double clipped = 0;
    for (std::size_t i = 0; i < completions.size(); ++i) {
        const StepPrompt& prompt = prompts[i / groupSize];
        const ScoredCompletion& one = scored.completions[i];
        bySource[""].add(one.reward);
        bySource[prompt.source->name].add(one.reward);
        length.add(static_cast<double>(completions[i].ids.size()));
        entropy.add(completions[i].meanEntropy);
        advantage.add(one.advantage);
        if (prompt.sample->gold)
            right.add(one.judgement.answer == prompt.sample->gold ? 1 : 0);
        clipped += completions[i].finish == rollout::Finish::Length;
    }
    for (const auto& [source, tallies] : bySource)
        tallies.write(batch, source);
    batch.add("accuracy", right.mean());
    batch.add("completion_length/mean", length.mean());
    batch.add("completion_length/min", length.min());
    batch.add("completion_length/max", length.max());
    batch.add("completion_length/clipped", clipped / static_cast<double>(completions.size()));
    batch.add("entropy", entropy.mean());
    batch.add("advantage/std", advantage.deviation());
    batch.add("zero_variance", scored.advantages.zeroVarianceShare);
}

double meanReward(const SampledStep& step)
{
    Tally reward;
    for (const ScoredCompletion& one : step.scored.completions)
        reward.add(one.reward.total);
    return reward.mean();
}

void addUpdateMetrics(MetricBatch& batch, const update::UpdateMetrics& metrics, bool hasReference)
{
    batch.add("loss", metrics.loss);
    batch.add("grad_norm", metrics.step.gradNorm);
    batch.add("nonfinite_skips", metrics.step.skipped ? 1 : 0);
    const update::ObjectiveSums& sums = metrics.sums;
    if (sums.tokens > 0) {
        batch.add("clip_low", sums.clippedLow / sums.tokens);
        batch.add("clip_high", sums.clippedHigh / sums.tokens);
        batch.add("logprob_diff/mean", sums.logprobDiff / sums.tokens);
        batch.add("logprob_diff/max", sums.logprobDiffMax);
        batch.add("logprob_diff/k3", sums.logprobDiffK3 / sums.tokens);
    }
    if (hasReference && sums.klTokens > 0)
        batch.add("kl", sums.kl / sums.klTokens);
}

double realisedRatio(const SampledStep& step)
{
    const auto replayed = std::count_if(step.chosen.begin(), step.chosen.end(),
        [](const data::MixedSample& one) { return one.source == data::SampleSource::Replay; });
    const auto total = static_cast<std::ptrdiff_t>(step.chosen.size());
    return replayed == 0 ? NAN : static_cast<double>(total - replayed) / static_cast<double>(replayed);
}

double addSpeed(MetricBatch& batch, const SampledStep& step, const update::UpdateMetrics& metrics,
    const StepSeconds& took)
{
    double generated = 0;
    for (const rollout::Completion& completion : step.completions)
        generated += static_cast<double>(completion.ids.size());
    const double trained = static_cast<double>(metrics.promptTokens + metrics.completionTokens);
    batch.add("tokens_per_second/rollout", generated / std::max(took.rollout, 1e-9));
    if (trained > 0)
        batch.add("tokens_per_second/update", trained / std::max(took.update, 1e-9));
    batch.add("memory/rss_mb", static_cast<double>(device::memoryUse().residentBytes) / 1e6);
    return generated / std::max(took.rollout + took.update, 1e-9);
}

namespace {

// As store::SampleRow documents.
base::Json shownMedium(const data::Media& media)
{
    if (media.inRow())
        return media.name();
    if (!media.frameFiles.empty()) {
        base::Json frames = base::Json::array();
        for (const std::string& frame : media.frameFiles)
            frames.push_back((media.file / frame).string());
        return frames;
    }
    if (media.kind == data::Media::Kind::Image || (media.frames == 0 && data::isFrameFolder(media)))
        return media.file.string();
    return { { "video", media.file.string() },
        { "frames", media.frames > 0 ? media.frames : data::kDefaultFrames },
        { "frame_rule", data::frameRuleName(media.frameRule) } };
}

} // namespace

std::vector<store::SampleRow> sampleRows(
    const std::string& stage, std::int64_t step, const SampledStep& sampled)
{
    const auto& [chosen, prompts, completions, scored] = sampled;
    const std::size_t groupSize = completions.size() / prompts.size();
    std::vector<store::SampleRow> rows;
    for (std::size_t i = 0; i < completions.size(); ++i) {
        const StepPrompt& prompt = prompts[i / groupSize];
        const ScoredCompletion& one = scored.completions[i];
        const rollout::Completion& completion = completions[i];
        store::SampleRow row;
        row.stage = stage;
        row.step = step;
        row.promptIndex = static_cast<int>(i / groupSize);
        row.completionIndex = static_cast<int>(i % groupSize);
        row.sampleId = prompt.sample->id;
        row.taskType = data::taskTypeName(prompt.sample->task);
        row.source = prompt.source->name;
        row.prompt = prompt.prompt.text;
        row.completion = one.text;
        row.gold = prompt.sample->gold ? data::sideName(*prompt.sample->gold) : "";
        row.answer = one.judgement.answer ? data::sideName(*one.judgement.answer) : "";
        for (const judge::RewardPart& part : one.reward.parts)
            row.rewardParts[part.name] = part.value ? base::Json(*part.value) : base::Json();
        row.reward = one.reward.total;
        row.advantage = one.advantage;
        Tally logprob;
        for (const float value : completion.logprobs)
            logprob.add(value);
        row.meanLogprob = logprob.empty() ? 0.0 : logprob.mean();
        row.numTokens = static_cast<int>(completion.ids.size());
        row.finishReason = rollout::finishName(completion.finish);
        for (const data::Media& media : prompt.prompt.media)
            row.media.push_back(shownMedium(media));
        rows.push_back(std::move(row));
    }
    return rows;
}

base::Status keepPictures(
    std::vector<store::SampleRow>& rows, const SampledStep& sampled, const std::filesystem::path& folder)
{
    const std::size_t groupSize = rows.size() / std::max<std::size_t>(1, sampled.prompts.size());
    for (std::size_t i = 0; i < sampled.prompts.size(); ++i) {
        const StepPrompt& prompt = sampled.prompts[i];
        for (std::size_t medium = 0; medium < prompt.prompt.media.size(); ++medium) {
            if (!prompt.prompt.media[medium].inRow())
                continue;
            const auto file = data::writeInRow(prompt.prompt.media[medium], folder);
            if (!file)
                return base::within(file.error(), prompt.sample->where());
            for (std::size_t row = i * groupSize; row < (i + 1) * groupSize; ++row)
                rows[row].media[medium] = std::filesystem::absolute(*file).string();
        }
    }
    return {};
}

void addTokens(std::vector<store::SampleRow>& rows, const SampledStep& sampled, const SampleEncoder& encoder)
{
    const auto beginning = [](auto values) {
        values.resize(std::min(values.size(), store::kMostSampleTokens));
        return values;
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const rollout::Completion& completion = sampled.completions[i];
        rows[i].tokenBytes = beginning(encoder.completionBytes(completion.ids));
        rows[i].tokenLogprobs = beginning(completion.logprobs);
        rows[i].tokenEntropies = beginning(completion.entropies);
    }
}

} // namespace msrl::stages
