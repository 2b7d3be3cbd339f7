// SPDX-License-Identifier: GPL-3.0-or-later
// The rewards of a completion. Each is an indicator in [0, 1] or "not applicable"; the total is their
// weighted sum. Adding one: its function, and one line in rewardTypes(); the field of its weight follows from
// it.
#pragma once

#include "core/judge/parser.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::judge {

struct RewardInput
{
    Judgement judgement;
    std::optional<data::Side> gold;
    data::TaskType task = data::TaskType::Text;
    bool asksForType = false; // replayed text rows are not asked: their task reward does not apply
};

struct RewardType
{
    const char* name;
    const char* title;
    const char* summary; // what the weight weighs
    double usualWeight; // where a project says nothing
    // Nothing: the reward does not apply to this row.
    std::optional<double> (*value)(const RewardInput& input);
};

// accuracy, format, task.
const std::vector<RewardType>& rewardTypes();
const RewardType* findRewardType(std::string_view name);

struct RewardPart
{
    std::string name;
    std::optional<double> value; // unweighted
};

struct Reward
{
    std::vector<RewardPart> parts; // in the order of rewardTypes()
    double total = 0; // sum of weight * value over the parts that apply

    std::optional<double> part(std::string_view name) const;
};

using RewardWeights = std::map<std::string, double, std::less<>>;

// The parts that `weights` names, weighted. REQUIRES: every key is a registered reward.
Reward rewards(const RewardInput& input, const RewardWeights& weights);

// Sum of weight * value; a missing value adds nothing, even when all are missing.
double combined(const std::vector<std::optional<double>>& values, const std::vector<double>& weights);

} // namespace msrl::judge
