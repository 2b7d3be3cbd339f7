// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/rewards.h"

#include <cassert>

namespace msrl::judge {

namespace {

std::optional<double> accuracy(const RewardInput& input)
{
    if (!input.gold)
        return std::nullopt;
    return input.judgement.answer == input.gold ? 1.0 : 0.0;
}

std::optional<double> format(const RewardInput& input)
{
    return input.judgement.formatOk ? 1.0 : 0.0;
}

std::optional<double> task(const RewardInput& input)
{
    if (!input.asksForType)
        return std::nullopt;
    return namesTask(input.judgement.type, input.task) ? 1.0 : 0.0;
}

} // namespace

const std::vector<RewardType>& rewardTypes()
{
    static const std::vector<RewardType> types {
        { "accuracy", "Accuracy", "Weight of a right verdict.", 1.0, accuracy },
        { "format", "Format", "Weight of the demanded tags, in order.", 1.0, format },
        { "task", "Task type", "Weight of naming the task type; not applicable to text.", 0.2, task },
    };
    return types;
}

const RewardType* findRewardType(std::string_view name)
{
    for (const RewardType& type : rewardTypes()) {
        if (name == type.name)
            return &type;
    }
    return nullptr;
}

std::optional<double> Reward::part(std::string_view name) const
{
    for (const RewardPart& part : parts) {
        if (part.name == name)
            return part.value;
    }
    return std::nullopt;
}

Reward rewards(const RewardInput& input, const RewardWeights& weights)
{
    Reward reward;
    std::vector<std::optional<double>> values;
    std::vector<double> factors;
    for (const RewardType& type : rewardTypes()) {
        const auto weight = weights.find(type.name);
        if (weight == weights.end())
            continue;
        values.push_back(type.value(input));
        factors.push_back(weight->second);
        reward.parts.push_back({ type.name, values.back() });
    }
    assert(reward.parts.size() == weights.size());
    reward.total = combined(values, factors);
    return reward;
}

double combined(const std::vector<std::optional<double>>& values, const std::vector<double>& weights)
{
    assert(values.size() == weights.size());
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i])
            sum += weights[i] * *values[i];
    }
    return sum;
}

} // namespace msrl::judge
