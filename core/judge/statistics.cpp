// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>

namespace msrl::judge {

namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// Finds x in [low, high] with function(x) = target by halving, down to neighbouring doubles.
// REQUIRES: function rises
template <class Function> double solveRising(Function function, double target, double low, double high)
{
    for (;;) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            return middle;
        (function(middle) < target ? low : high) = middle;
    }
}

// The continued fraction of I_x(a, b) (DLMF 8.17.22), by Lentz's method; converges fast for x <
// (a+1)/(a+b+2).
double betaFraction(double x, double a, double b)
{
    constexpr int kMaxTerms = 100000;
    constexpr double kTiny = 1e-300;
    const auto guarded = [](double v) { return std::abs(v) < kTiny ? kTiny : v; };
    double c = 1;
    double d = 1 / guarded(1 - (a + b) * x / (a + 1));
    double fraction = d;
    for (int m = 1; m <= kMaxTerms; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / guarded(1 + even * d);
        c = guarded(1 + even / c);
        fraction *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / guarded(1 + odd * d);
        c = guarded(1 + odd / c);
        fraction *= d * c;
        if (std::abs(d * c - 1) < 2 * kEpsilon)
            break;
    }
    return fraction;
}

} // namespace

double regularisedBeta(double x, double a, double b)
{
    assert(a > 0 && b > 0 && x >= 0 && x <= 1);
    if (x == 0 || x == 1)
        return x;
    const double front = std::exp(
        std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * betaFraction(x, a, b) / a;
    return 1 - front * betaFraction(1 - x, b, a) / b;
}

double normalQuantile(double p)
{
    assert(p > 0 && p < 1);
    constexpr double kFarthest = 40; // beyond it the tail is below the smallest double
    return solveRising([](double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }, p, -kFarthest, kFarthest);
}

double studentQuantile(double p, std::int64_t degrees)
{
    assert(p > 0 && p < 1 && degrees >= 1);
    const double nu = static_cast<double>(degrees);
    // P(|T| > t) = I_x(nu/2, 1/2) with x = nu / (nu + t^2).
    const auto below = [nu](double t) {
        const double tail = regularisedBeta(nu / (nu + t * t), nu / 2, 0.5) / 2;
        return t < 0 ? tail : 1 - tail;
    };
    double farthest = 2;
    while (below(farthest) < std::max(p, 1 - p) && farthest < 1e9)
        farthest *= 2;
    return solveRising(below, p, -farthest, farthest);
}

Interval studentMeanInterval(std::span<const double> values, double confidence)
{
    assert(values.size() >= 2 && confidence > 0 && confidence < 1);
    const double n = static_cast<double>(values.size());
    double mean = 0;
    for (const double value : values)
        mean += value / n;
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    const double error = std::sqrt(squares / (n - 1) / n);
    const double half
        = studentQuantile(1 - (1 - confidence) / 2, static_cast<std::int64_t>(values.size()) - 1) * error;
    return { mean - half, mean + half };
}

Interval wilsonInterval(std::int64_t successes, std::int64_t trials, double confidence)
{
    assert(successes >= 0 && successes <= trials && confidence > 0 && confidence < 1);
    return trials == 0 ? Interval()
                       : wilsonIntervalOfShare(
                           static_cast<double>(successes) / static_cast<double>(trials), trials, confidence);
}

Interval wilsonIntervalOfShare(double share, std::int64_t trials, double confidence)
{
    assert(share >= 0 && share <= 1 && trials > 0 && confidence > 0 && confidence < 1);
    const double n = static_cast<double>(trials);
    const double z = normalQuantile(1 - (1 - confidence) / 2);
    const double centre = share + z * z / (2 * n);
    const double half = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    const double scale = 1 + z * z / n;
    return { std::max(0.0, (centre - half) / scale), std::min(1.0, (centre + half) / scale) };
}

Interval clopperPearsonInterval(std::int64_t successes, std::int64_t trials, double confidence)
{
    assert(successes >= 0 && successes <= trials && confidence > 0 && confidence < 1);
    const double tail = (1 - confidence) / 2;
    const double k = static_cast<double>(successes);
    const double n = static_cast<double>(trials);
    Interval interval;
    if (successes > 0)
        interval.low = solveRising([&](double x) { return regularisedBeta(x, k, n - k + 1); }, tail, 0, 1);
    if (successes < trials)
        interval.high
            = solveRising([&](double x) { return regularisedBeta(x, k + 1, n - k); }, 1 - tail, 0, 1);
    return interval;
}

std::optional<double> cohenKappa(std::span<const int> first, std::span<const int> second)
{
    assert(first.size() == second.size());
    if (first.empty())
        return std::nullopt;
    const double n = static_cast<double>(first.size());
    std::map<int, std::pair<double, double>> counts;
    double agreed = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        agreed += first[i] == second[i] ? 1 : 0;
        counts[first[i]].first += 1;
        counts[second[i]].second += 1;
    }
    double byChance = 0;
    for (const auto& [category, count] : counts)
        byChance += count.first * count.second / (n * n);
    if (1 - byChance < kEpsilon)
        return std::nullopt;
    return (agreed / n - byChance) / (1 - byChance);
}

} // namespace msrl::judge
