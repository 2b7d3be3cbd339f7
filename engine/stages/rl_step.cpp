// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/rl_step.h"

#include <algorithm>
#include <iterator>
#include <numeric>

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

std::vector<std::size_t> promptsToLearn(const SampledStep& step, std::size_t mostVaried)
{
    std::vector<std::size_t> numbers;
    if (mostVaried == 0) {
        numbers.resize(step.prompts.size());
        std::iota(numbers.begin(), numbers.end(), std::size_t { 0 });
    } else {
        numbers = variedPrompts(step);
        numbers.resize(std::min(numbers.size(), mostVaried));
    }
    return numbers;
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

void reportReplayOutcomes(data::ReplayMixer& mixer, const SampledStep& step)
{
    const judge::Advantages& earned = step.scored.advantages;
    for (std::size_t p = 0; p < step.chosen.size(); ++p) {
        if (step.chosen[p].source == data::SampleSource::Replay)
            mixer.reportReplay(step.chosen[p].index, earned.groupMean[p], isAllRightOrAllWrong(step, p));
    }
}

} // namespace msrl::stages
