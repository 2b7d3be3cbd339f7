// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/policy_difference.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace msrl::models {

namespace {

using PairScores = std::pair<std::vector<double>, std::vector<double>>;

// The share of the two orders in which it is right.
double scoreOf(const JudgedPair& pair)
{
    switch (pair.outcome()) {
    case PairOutcome::Right:
        return 1;
    case PairOutcome::OneOrder:
        return 0.5;
    case PairOutcome::Wrong:
        return 0;
    }
    return 0;
}

double meanScore(const std::vector<double>& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

PolicyDifference differenceOf(const std::string& set, const PairScores& scores)
{
    PolicyDifference out;
    out.set = set;
    out.pairs = static_cast<std::int64_t>(scores.first.size());
    out.first = meanScore(scores.first);
    out.second = meanScore(scores.second);
    out.interval = judge::bootstrapDifferenceInterval(scores.first, scores.second);
    out.test = judge::signTest(scores.first, scores.second);
    return out;
}

} // namespace

std::vector<PolicyDifference> policyDifferences(
    const std::vector<JudgedPair>& first, const std::vector<JudgedPair>& second)
{
    using Name = std::pair<std::string, std::string>; // set and id
    std::map<Name, std::vector<const JudgedPair*>> others;
    for (const JudgedPair& pair : second)
        others[{ pair.given.source, pair.given.sampleId }].push_back(&pair);
    std::vector<std::pair<std::string, PairScores>> sets;
    std::map<Name, std::size_t> used;
    for (const JudgedPair& pair : first) {
        const Name name { pair.given.source, pair.given.sampleId };
        const std::size_t at = used[name]++;
        const auto found = others.find(name);
        if (found == others.end() || at >= found->second.size())
            continue;
        const JudgedPair& other = *found->second[at];
        if (!pair.exchanged || !other.exchanged)
            continue;
        auto set = std::find_if(
            sets.begin(), sets.end(), [&](const auto& one) { return one.first == pair.given.source; });
        if (set == sets.end())
            set = sets.insert(sets.end(), { pair.given.source, {} });
        set->second.first.push_back(scoreOf(pair));
        set->second.second.push_back(scoreOf(other));
    }
    std::vector<PolicyDifference> out;
    for (const auto& [set, scores] : sets)
        out.push_back(differenceOf(set, scores));
    return out;
}

} // namespace msrl::models
