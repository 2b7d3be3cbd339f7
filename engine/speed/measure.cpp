// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/speed/measure.h"

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/judge/advantages.h"
#include "engine/device/memory.h"
#include "engine/rollout/generate.h"
#include "engine/speed/flops.h"
#include "engine/update/policy_update.h"

#include <algorithm>

namespace msrl::speed {

namespace {

constexpr std::uint64_t kSeed = 1;
constexpr double kLearningRate = 1e-6; // as the peers': the weights stay what they are
constexpr double kForwardAndBackward = 3;

// Each prompt once, every new token after its prompt and what was sampled before it.
double groupFlops(const model::TextConfig& text, const std::vector<batch::PromptInput>& prompts,
    const std::vector<rollout::Completion>& completions)
{
    const std::size_t groupSize = completions.size() / prompts.size();
    double flops = 0;
    for (std::size_t p = 0; p < prompts.size(); ++p) {
        const auto length = static_cast<double>(prompts[p].ids.size());
        flops += layerFlops(text, length, causalContext(length));
        for (std::size_t g = 0; g < groupSize; ++g) {
            const auto added = static_cast<double>(completions[p * groupSize + g].ids.size());
            flops += layerFlops(text, added, added * length + causalContext(added)) + headFlops(text, added);
        }
    }
    return flops;
}

double numTokens(const std::vector<rollout::Completion>& completions)
{
    double count = 0;
    for (const rollout::Completion& one : completions)
        count += static_cast<double>(one.ids.size());
    return count;
}

double imageFlops(const model::ModelConfig& config, const std::vector<batch::PromptInput>& prompts)
{
    std::int64_t tiles = 0;
    for (const batch::PromptInput& prompt : prompts)
        tiles += prompt.pixels.defined() ? prompt.pixels.size(0) : 0;
    return visionFlops(config, static_cast<double>(tiles));
}

update::Adam makeAdam(const model::Policy& policy)
{
    std::vector<update::NamedParameter> parameters;
    for (const model::Parameter& parameter : model::trainableParameters(policy))
        parameters.push_back({ parameter.name, parameter.value });
    return update::Adam(update::splitByDecay(std::move(parameters), kLearningRate, 0.01, "policy"), {});
}

base::Result<std::vector<rollout::Completion>> sample(const model::Policy& policy,
    const std::vector<batch::PromptInput>& prompts, const SpeedOptions& options, std::uint64_t step)
{
    rollout::GenerateOptions generate;
    generate.samplesPerPrompt = options.groupSize;
    generate.maxNewTokens = options.newTokens;
    generate.maxRows = options.maxRows;
    generate.stopIds = options.stopIds;
    generate.seed = kSeed;
    generate.step = step;
    return rollout::generate(policy, prompts, generate);
}

std::vector<batch::Group> withRandomRewards(const std::vector<batch::PromptInput>& prompts,
    const std::vector<rollout::Completion>& completions, std::int64_t groupSize, std::uint64_t step)
{
    base::RandomStream random(kSeed, "speed rewards", { step });
    std::vector<double> rewards(completions.size());
    for (double& reward : rewards)
        reward = random.uniform();
    const judge::Advantages advantages
        = judge::groupAdvantages(rewards, static_cast<std::size_t>(groupSize), judge::AdvantageScale::Group);
    std::vector<batch::Group> groups;
    for (std::size_t i = 0; i < completions.size(); ++i) {
        if (i % static_cast<std::size_t>(groupSize) == 0)
            groups.push_back({ prompts[i / static_cast<std::size_t>(groupSize)], {} });
        groups.back().completions.push_back(
            { completions[i].ids, completions[i].logprobs, {}, advantages.values[i], 1.0 });
    }
    return groups;
}

// Runs `turn` once to warm up, then repeats times.
base::Status timeTurns(
    const SpeedOptions& options, Measurement& out, const std::function<base::Status(std::uint64_t)>& turn)
{
    for (int i = 0; i <= options.repeats; ++i) {
        const double start = base::monotonicSeconds();
        if (base::Status status = turn(static_cast<std::uint64_t>(i)); !status)
            return status;
        if (i > 0)
            out.seconds.push_back(base::monotonicSeconds() - start);
    }
    out.peakResidentBytes = device::memoryUse().peakResidentBytes;
    return {};
}

} // namespace

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double medianSeconds(int repeats, const std::function<void()>& work)
{
    work();
    std::vector<double> seconds;
    for (int i = 0; i < std::max(1, repeats); ++i) {
        const double start = base::monotonicSeconds();
        work();
        seconds.push_back(base::monotonicSeconds() - start);
    }
    return median(std::move(seconds));
}

double Measurement::medianSeconds() const
{
    return median(seconds);
}

base::Result<Measurement> measureRollout(
    const model::Policy& policy, const std::vector<batch::PromptInput>& prompts, const SpeedOptions& options)
{
    Measurement out;
    const base::Status timed = timeTurns(options, out, [&](std::uint64_t) -> base::Status {
        const auto completions = sample(policy, prompts, options, 0);
        if (!completions)
            return completions.error();
        out.tokens = numTokens(*completions);
        out.flops
            = groupFlops(policy.config.text, prompts, *completions) + imageFlops(policy.config, prompts);
        return {};
    });
    if (!timed)
        return timed.error();
    return out;
}

base::Result<Measurement> measureUpdate(
    model::Policy& policy, const std::vector<batch::Group>& sequences, const SpeedOptions& options)
{
    const bool images = sequences.front().prompt.pixels.defined();
    model::setTrainable(policy,
        images ? std::vector { model::Part::Vision, model::Part::Projector, model::Part::Language }
               : std::vector { model::Part::Language });
    update::Adam adam = makeAdam(policy);
    update::UpdateOptions update;
    update.loss = update::LossKind::CrossEntropy;
    update.objective.aggregation = update::Aggregation::Dapo;
    update.tokenBudget = options.tokenBudget;
    update.recompute = options.recompute;
    Measurement out;
    for (const batch::Group& group : sequences) {
        const auto learnt = static_cast<double>(group.completions.front().ids.size());
        const double length = learnt + static_cast<double>(group.prompt.ids.size());
        out.tokens += length;
        out.flops += kForwardAndBackward
            * (layerFlops(policy.config.text, length, causalContext(length))
                + headFlops(policy.config.text, learnt) + imageFlops(policy.config, { group.prompt }));
    }
    const base::Status timed = timeTurns(options, out, [&](std::uint64_t) -> base::Status {
        const auto step = update::trainStep(policy, adam, sequences, update, 1.0);
        return step ? base::Status() : base::Status(step.error());
    });
    if (!timed)
        return timed.error();
    return out;
}

base::Result<Measurement> measureGrpo(
    model::Policy& policy, const std::vector<batch::PromptInput>& prompts, const SpeedOptions& options)
{
    model::setTrainable(policy, { model::Part::Language });
    update::Adam adam = makeAdam(policy);
    update::UpdateOptions update;
    update.tokenBudget = options.tokenBudget;
    update.recompute = options.recompute;
    Measurement out;
    const base::Status timed = timeTurns(options, out, [&](std::uint64_t turn) -> base::Status {
        const auto completions = sample(policy, prompts, options, turn);
        if (!completions)
            return completions.error();
        out.tokens = numTokens(*completions);
        out.flops = (1 + kForwardAndBackward) * groupFlops(policy.config.text, prompts, *completions)
            + 2 * imageFlops(policy.config, prompts);
        const auto groups = withRandomRewards(prompts, *completions, options.groupSize, turn);
        const auto step = update::trainStep(policy, adam, groups, update, 1.0);
        return step ? base::Status() : base::Status(step.error());
    });
    if (!timed)
        return timed.error();
    return out;
}

} // namespace msrl::speed
