// SPDX-License-Identifier: GPL-3.0-or-later
// Two policies on the same held-out pairs: how far their accuracies are apart, and whether that can be
// chance.
#pragma once

#include "app/models/judgement_model.h"
#include "core/judge/comparison.h"

#include <string>
#include <vector>

namespace msrl::models {

// Of one held-out set; shares are over both orders of every pair.
struct PolicyDifference
{
    std::string set;
    std::int64_t pairs = 0; // that both judged in both orders
    double first = 0; // accuracies
    double second = 0;
    judge::Interval interval; // of first - second: bootstrap over pairs, 95 %
    judge::SignTest test; // over pairs, which are the independent trials
};

// Per set in order of appearance. A pair is known by its set and its id; pairs of one id are meant in order.
// Sets of which no pair was judged by both are left out.
std::vector<PolicyDifference> policyDifferences(
    const std::vector<JudgedPair>& first, const std::vector<JudgedPair>& second);

} // namespace msrl::models
