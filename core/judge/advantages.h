// SPDX-License-Identifier: GPL-3.0-or-later
// How much better a completion did than the others of its prompt.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace msrl::judge {

// What the centred reward is divided by: the group's spread, the batch's, or nothing (mean-centred only).
enum class AdvantageScale { Group, Batch, None };

struct Advantages
{
    std::vector<double> values; // one per reward
    std::vector<double> groupMean;
    std::vector<double> groupStd; // with N - 1; 0 for groups of one
    double batchMean = 0;
    double batchStd = 0; // of all raw rewards, with N - 1
    double zeroVarianceShare = 0; // groups in which every reward is the same: they teach nothing
};

// GRPO: A_i = (r_i - mean of its group) / (std + epsilon). Rewards are group-major: completion i of prompt p
// is at p * groupSize + i. REQUIRES: groupSize > 0 and rewards.size() is a multiple of it.
Advantages groupAdvantages(
    std::span<const double> rewards, std::size_t groupSize, AdvantageScale scale, double epsilon = 1e-4);

// A standard deviation that is nothing but rounding: below 1e-8.
bool isZeroSpread(double deviation);
// Share of groups with such a standard deviation.
double zeroVarianceShare(std::span<const double> rewards, std::size_t groupSize);

} // namespace msrl::judge
