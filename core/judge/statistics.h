// SPDX-License-Identifier: GPL-3.0-or-later
// How far a counted share can be trusted, and how far two raters agree.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace msrl::judge {

struct Interval
{
    double low = 0;
    double high = 1;
};

// Wilson's score interval for a share of `successes` in `trials`; [0, 1] without trials.
// REQUIRES: 0 <= successes <= trials, 0 < confidence < 1
Interval wilsonInterval(std::int64_t successes, std::int64_t trials, double confidence = 0.95);
// The same where a trial may be a half success, as a pair that is right in one of its two orders: the two
// orders of a pair are not independent, so that the pairs are the trials. Never too narrow for such means.
// REQUIRES: 0 <= share <= 1, trials > 0
Interval wilsonIntervalOfShare(double share, std::int64_t trials, double confidence = 0.95);

// The exact interval of Clopper and Pearson (1934): never covers less than `confidence`. Same requirements.
Interval clopperPearsonInterval(std::int64_t successes, std::int64_t trials, double confidence = 0.95);

// Cohen's kappa of two raters over the same items; categories are any integers. Nothing without items, or
// when chance alone would agree always. REQUIRES: first.size() == second.size()
std::optional<double> cohenKappa(std::span<const int> first, std::span<const int> second);

// I_x(a, b), the regularised incomplete beta function. REQUIRES: a, b > 0 and 0 <= x <= 1
double regularisedBeta(double x, double a, double b);
// The z with P(Z < z) = p for a standard normal Z. REQUIRES: 0 < p < 1
double normalQuantile(double p);
// The t with P(T < t) = p for Student's distribution. REQUIRES: 0 < p < 1, degrees >= 1
double studentQuantile(double p, std::int64_t degrees);

// Mean of a few independent values, such as one figure over seeds, and Student's interval of it; not cut to
// the range of a share. REQUIRES: at least two values
Interval studentMeanInterval(std::span<const double> values, double confidence = 0.95);

} // namespace msrl::judge
