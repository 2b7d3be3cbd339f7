// SPDX-License-Identifier: GPL-3.0-or-later
// Intervals by resampling, tests between two judges on the same items, and votes of k from one sampling.
#pragma once

#include "core/judge/statistics.h"

#include <cstdint>
#include <span>

namespace msrl::judge {

struct BootstrapOptions
{
    int resamples = 2000;
    double confidence = 0.95;
    std::uint64_t seed = 0;
};

// The percentile interval of the mean (Efron, 1979); items are drawn with replacement. Both ends are the
// mean itself for fewer than two values. REQUIRES: values is not empty, resamples > 0
Interval bootstrapMeanInterval(std::span<const double> values, const BootstrapOptions& options = {});

// Of mean(first) - mean(second), the items drawn together. REQUIRES: equal sizes, not empty
Interval bootstrapDifferenceInterval(
    std::span<const double> first, std::span<const double> second, const BootstrapOptions& options = {});

// Two judges on the same items.
struct PairedTest
{
    std::int64_t onlyFirst = 0; // right where the other is wrong
    std::int64_t onlySecond = 0;
    std::int64_t both = 0;
    std::int64_t neither = 0;
    double pValue = 1; // exact and two-sided
};

// McNemar's test in its exact form: under the null hypothesis onlyFirst ~ Binomial(onlyFirst + onlySecond,
// 1/2). REQUIRES: equal sizes; values are 0 or 1
PairedTest mcnemarTest(std::span<const int> first, std::span<const int> second);

// Two judges on the same items, each item with a value that may lie between wrong and right.
struct SignTest
{
    std::int64_t firstBetter = 0;
    std::int64_t secondBetter = 0;
    std::int64_t alike = 0;
    double pValue = 1; // exact and two-sided
};

// The sign test: under the null hypothesis firstBetter ~ Binomial(firstBetter + secondBetter, 1/2). For
// values of 0 and 1 it is McNemar's. REQUIRES: equal sizes
SignTest signTest(std::span<const double> first, std::span<const double> second);

// Two-sided P of a split at least this uneven for a fair coin; 1 without tosses.
double fairCoinPValue(std::int64_t heads, std::int64_t tails);

// What voting@k comes to over every choice of k of the samples of one item.
struct VoteOdds
{
    double right = 0;
    double wrong = 0;
    double tied = 0; // as many for the one as for the other, or no vote at all
};

// Exact, by counting: of the samples `right` vote for the gold answer, `wrong` against it, `unparsed` not at
// all. The majority is among parsed votes. REQUIRES: counts >= 0, 1 <= k <= their sum
VoteOdds voteOdds(std::int64_t right, std::int64_t wrong, std::int64_t unparsed, std::int64_t k);

} // namespace msrl::judge
