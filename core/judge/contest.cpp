// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/contest.h"

#include "core/judge/selection.h"

#include <algorithm>
#include <numeric>

namespace msrl::judge {

namespace {

using data::Side;

std::optional<Side> majorityOf(std::span<const PairVote> votes, bool swapped)
{
    std::vector<std::optional<Side>> answers;
    for (const PairVote& vote : votes) {
        if (vote.swapped == swapped)
            answers.push_back(vote.answer);
    }
    return majorityVote(answers);
}

std::optional<double> meanProbability(std::span<const PairVote> votes, bool swapped)
{
    double sum = 0;
    int count = 0;
    for (const PairVote& vote : votes) {
        if (vote.swapped == swapped && vote.probabilityA) {
            sum += *vote.probabilityA;
            ++count;
        }
    }
    return count == 0 ? std::nullopt : std::optional(sum / count);
}

} // namespace

std::optional<double> PairDecision::margin() const
{
    return probabilityA ? std::optional(2 * *probabilityA - 1) : std::nullopt;
}

PairDecision decide(std::span<const PairVote> votes)
{
    PairDecision decision;
    bool orders[2] = { false, false };
    for (const PairVote& vote : votes) {
        orders[vote.swapped ? 1 : 0] = true;
        ++(!vote.answer ? decision.unparsed : *vote.answer == Side::A ? decision.votesA : decision.votesB);
    }
    if (decision.votesA != decision.votesB)
        decision.winner = decision.votesA > decision.votesB ? Side::A : Side::B;
    const std::optional<double> given = meanProbability(votes, false);
    const std::optional<double> exchanged = meanProbability(votes, true);
    const int parsed = decision.votesA + decision.votesB;
    if (given && exchanged)
        decision.probabilityA = (*given + *exchanged) / 2;
    else if (given || exchanged)
        decision.probabilityA = given ? given : exchanged;
    else if (parsed > 0)
        decision.probabilityA = static_cast<double>(decision.votesA) / parsed;
    if (orders[0] && orders[1]) {
        const auto first = majorityOf(votes, false);
        decision.consistent = first && first == majorityOf(votes, true);
    }
    return decision;
}

std::vector<std::pair<std::size_t, std::size_t>> allPairs(std::size_t n)
{
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = i + 1; j < n; ++j)
            pairs.emplace_back(i, j);
    return pairs;
}

Ranking rank(std::size_t n, std::span<const ContestPair> pairs)
{
    Ranking ranking;
    ranking.scores.assign(n, 0.0);
    for (const ContestPair& pair : pairs) {
        ranking.undecided += pair.decision.probabilityA ? 0 : 1;
        const double p = pair.decision.probabilityA.value_or(0.5);
        ranking.scores[pair.first] += p / static_cast<double>(n - 1);
        ranking.scores[pair.second] += (1 - p) / static_cast<double>(n - 1);
    }
    ranking.order.resize(n);
    std::iota(ranking.order.begin(), ranking.order.end(), std::size_t { 0 });
    std::stable_sort(ranking.order.begin(), ranking.order.end(),
        [&](std::size_t a, std::size_t b) { return ranking.scores[a] > ranking.scores[b]; });
    ranking.tiedBest = ranking.scores[ranking.order[0]] == ranking.scores[ranking.order[1]];
    return ranking;
}

} // namespace msrl::judge
