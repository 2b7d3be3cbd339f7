// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/comparison.h"

#include "core/base/random.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <vector>

namespace msrl::judge {

namespace {

// Linear between the neighbouring order statistics. REQUIRES: sorted, not empty
double quantileOf(std::span<const double> sorted, double q)
{
    const double at = q * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double logChoose(std::int64_t n, std::int64_t k)
{
    const auto logFactorial = [](std::int64_t v) { return std::lgamma(static_cast<double>(v) + 1); };
    return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

} // namespace

Interval bootstrapMeanInterval(std::span<const double> values, const BootstrapOptions& options)
{
    assert(!values.empty() && options.resamples > 0 && options.confidence > 0 && options.confidence < 1);
    if (values.size() < 2)
        return { values.front(), values.front() };
    base::RandomStream random(options.seed, "bootstrap");
    std::vector<double> means(static_cast<std::size_t>(options.resamples));
    for (double& mean : means) {
        double sum = 0;
        for (std::size_t i = 0; i < values.size(); ++i)
            sum += values[random.below(values.size())];
        mean = sum / static_cast<double>(values.size());
    }
    std::sort(means.begin(), means.end());
    const double tail = (1 - options.confidence) / 2;
    return { quantileOf(means, tail), quantileOf(means, 1 - tail) };
}

Interval bootstrapDifferenceInterval(
    std::span<const double> first, std::span<const double> second, const BootstrapOptions& options)
{
    assert(first.size() == second.size() && !first.empty());
    // The mean of the differences is the difference of the means, also in every resample.
    std::vector<double> differences(first.size());
    std::transform(first.begin(), first.end(), second.begin(), differences.begin(), std::minus<>());
    return bootstrapMeanInterval(differences, options);
}

double fairCoinPValue(std::int64_t heads, std::int64_t tails)
{
    assert(heads >= 0 && tails >= 0);
    const std::int64_t tosses = heads + tails;
    const std::int64_t fewer = std::min(heads, tails);
    if (tosses == 0)
        return 1;
    double tail = 0;
    for (std::int64_t k = 0; k <= fewer; ++k)
        tail += std::exp(logChoose(tosses, k) - static_cast<double>(tosses) * std::log(2.0));
    return std::min(1.0, 2 * tail);
}

PairedTest mcnemarTest(std::span<const int> first, std::span<const int> second)
{
    assert(first.size() == second.size());
    PairedTest test;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const bool a = first[i] != 0;
        const bool b = second[i] != 0;
        ++(a ? (b ? test.both : test.onlyFirst) : (b ? test.onlySecond : test.neither));
    }
    test.pValue = fairCoinPValue(test.onlyFirst, test.onlySecond);
    return test;
}

SignTest signTest(std::span<const double> first, std::span<const double> second)
{
    assert(first.size() == second.size());
    SignTest test;
    for (std::size_t i = 0; i < first.size(); ++i)
        ++(first[i] > second[i] ? test.firstBetter : first[i] < second[i] ? test.secondBetter : test.alike);
    test.pValue = fairCoinPValue(test.firstBetter, test.secondBetter);
    return test;
}

VoteOdds voteOdds(std::int64_t right, std::int64_t wrong, std::int64_t unparsed, std::int64_t k)
{
    assert(right >= 0 && wrong >= 0 && unparsed >= 0 && k >= 1 && k <= right + wrong + unparsed);
    const double all = logChoose(right + wrong + unparsed, k);
    VoteOdds odds;
    for (std::int64_t r = 0; r <= std::min(right, k); ++r) {
        for (std::int64_t w = std::max<std::int64_t>(0, k - r - unparsed); w <= std::min(wrong, k - r); ++w) {
            const double share
                = std::exp(logChoose(right, r) + logChoose(wrong, w) + logChoose(unparsed, k - r - w) - all);
            (r > w ? odds.right : r < w ? odds.wrong : odds.tied) += share;
        }
    }
    return odds;
}

} // namespace msrl::judge
