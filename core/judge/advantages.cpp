// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/advantages.h"

#include "core/judge/mean.h"

#include <cassert>
#include <cmath>

namespace msrl::judge {

namespace {

double spreadOf(std::span<const double> values)
{
    if (values.size() < 2)
        return 0;
    const double mean = meanOf(values);
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

} // namespace

Advantages groupAdvantages(
    std::span<const double> rewards, std::size_t groupSize, AdvantageScale scale, double epsilon)
{
    assert(groupSize > 0 && rewards.size() % groupSize == 0);
    Advantages out;
    out.values.reserve(rewards.size());
    out.batchMean = meanOf(rewards);
    out.batchStd = spreadOf(rewards);
    out.zeroVarianceShare = zeroVarianceShare(rewards, groupSize);
    for (std::size_t start = 0; start < rewards.size(); start += groupSize) {
        const auto group = rewards.subspan(start, groupSize);
        const double mean = meanOf(group);
        const double spread = spreadOf(group);
        double divisor = 1;
        if (scale == AdvantageScale::Group)
            divisor = spread + epsilon;
        else if (scale == AdvantageScale::Batch)
            divisor = out.batchStd + epsilon;
        for (const double reward : group)
            out.values.push_back((reward - mean) / divisor);
        out.groupMean.push_back(mean);
        out.groupStd.push_back(spread);
    }
    return out;
}

bool isZeroSpread(double deviation)
{
    constexpr double kRounding = 1e-8;
    return deviation < kRounding;
}

double zeroVarianceShare(std::span<const double> rewards, std::size_t groupSize)
{
    assert(groupSize > 0 && rewards.size() % groupSize == 0);
    const std::size_t numGroups = rewards.size() / groupSize;
    std::size_t flat = 0;
    for (std::size_t group = 0; group < numGroups; ++group)
        flat += isZeroSpread(spreadOf(rewards.subspan(group * groupSize, groupSize))) ? 1 : 0;
    return numGroups == 0 ? 0 : static_cast<double>(flat) / static_cast<double>(numGroups);
}

} // namespace msrl::judge
