// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/rl_step.h"

#include <algorithm>
#include <iterator>

namespace msrl::stages {

judge::Requirements PromptSource::requirements(const data::Sample& sample) const
{
    if (sample.task == data::TaskType::Text)
        return {};
    return { .type = true, .caption = mode == text::PromptMode::Visual };
}

namespace {

// -1 at the limit and past it, 0 up to `overlongTokens` before it.
double overlongValue(const rollout::Completion& completion, const RewardSettings& settings)
{
    const auto over = static_cast<double>(
        static_cast<std::int64_t>(completion.ids.size()) - settings.longest + settings.overlongTokens);
    return -std::clamp(over / static_cast<double>(settings.overlongTokens), 0.0, 1.0);
}

ScoredCompletion scoreOf(const StepPrompt& prompt, const rollout::Completion& completion,
    const SampleEncoder& encoder, const RewardSettings& settings)
{
    const judge::Requirements requirements = prompt.source->requirements(*prompt.sample);
    ScoredCompletion one;
    one.text = encoder.decodeCompletion(completion.ids);
    if (completion.finish == rollout::Finish::Stop)
        one.judgement = judge::parse(one.text, settings.parser, requirements);
    judge::RewardInput input;
    input.judgement = one.judgement;
    input.gold = prompt.sample->gold;
    input.task = prompt.sample->task;
    input.asksForType = requirements.type;
    one.reward = judge::rewards(input, settings.weights);
    if (settings.overlong == Overlong::Penalty) {
        const double value = overlongValue(completion, settings);
        one.reward.parts.push_back({ "length", value });
        one.reward.total += settings.overlongWeight * value;
    }
    return one;
}

template <class T> void append(std::vector<T>& to, std::vector<T> from)
{
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

} // namespace

void addRound(
    SampledStep& step, SampledStep round, const SampleEncoder& encoder, const RewardSettings& settings)
{
    const std::size_t groupSize = round.completions.size() / round.prompts.size();
    ScoredStep& all = step.scored;
    for (std::size_t i = 0; i < round.completions.size(); ++i)
        all.completions.push_back(
            scoreOf(round.prompts[i / groupSize], round.completions[i], encoder, settings));
    append(step.chosen, std::move(round.chosen));
    append(step.prompts, std::move(round.prompts));
    append(step.completions, std::move(round.completions));
    std::vector<double> totals;
    for (const ScoredCompletion& one : all.completions)
        totals.push_back(one.reward.total);
    all.advantages = judge::groupAdvantages(totals, groupSize, settings.scale);
    for (std::size_t i = 0; i < totals.size(); ++i)
        all.completions[i].advantage = all.advantages.values[i];
}

std::vector<std::size_t> variedPrompts(const SampledStep& step)
{
    std::vector<std::size_t> varied;
    for (std::size_t p = 0; p < step.prompts.size(); ++p)
        if (!judge::isZeroSpread(step.scored.advantages.groupStd[p]))
            varied.push_back(p);
    return varied;
}

bool isAllRightOrAllWrong(const SampledStep& step, std::size_t prompt)
{
    const std::size_t groupSize = step.completions.size() / step.prompts.size();
    const auto begin = step.scored.completions.begin() + static_cast<std::ptrdiff_t>(prompt * groupSize);
    const auto right = std::count_if(
        begin, begin + static_cast<std::ptrdiff_t>(groupSize), [&](const ScoredCompletion& one) {
            return one.judgement.answer == step.prompts[prompt].sample->gold;
        });
    return right == 0 || right == static_cast<std::ptrdiff_t>(groupSize);
}

std::vector<batch::Group> updateGroups(
    const SampledStep& step, const std::vector<std::size_t>& prompts, const RewardSettings& settings)
{
    const std::size_t groupSize = step.completions.size() / step.prompts.size();
    std::vector<batch::Group> groups;
    groups.reserve(prompts.size());
    for (const std::size_t p : prompts) {
        batch::Group group;
        group.prompt = step.prompts[p].prompt.input;
        for (std::size_t i = p * groupSize; i < (p + 1) * groupSize; ++i) {
            const rollout::Completion& from = step.completions[i];
            if (settings.overlong == Overlong::Mask && from.finish == rollout::Finish::Length)
                continue;
            batch::CompletionInput completion;
            completion.ids = from.ids;
            completion.oldLogprobs = from.logprobs;
            completion.advantage = step.scored.completions[i].advantage;
            completion.weight = step.prompts[p].sample->weight;
            group.completions.push_back(std::move(completion));
        }
        if (!group.completions.empty())
            groups.push_back(std::move(group));
    }
    return groups;
}

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
        for (const data::Media& media : prompt.prompt.media) {
            base::Json frames = base::Json::array();
            for (const std::string& frame : media.frameFiles)
                frames.push_back((media.file / frame).string());
            row.media.push_back(!frames.empty() ? std::move(frames)
                    : media.inRow()             ? base::Json(media.name())
                                                : base::Json(media.file.string()));
        }
        rows.push_back(std::move(row));
    }
    return rows;
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
