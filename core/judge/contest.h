// SPDX-License-Identifier: GPL-3.0-or-later
// From what a judge wrote about pairs to a winner: majority, probability, margin, and a ranking of any number
// of candidates. Pure functions.
#pragma once

#include "core/data/sample.h"

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace msrl::judge {

// One judgement of a pair; sides are those of the row, however the pair was shown.
struct PairVote
{
    bool swapped = false; // B was shown first
    std::optional<data::Side> answer; // nothing: unparsed
    std::optional<double> probabilityA; // of A where the answer was written, p(A) + p(B) = 1
};

struct PairDecision
{
    int votesA = 0;
    int votesB = 0;
    int unparsed = 0;
    std::optional<data::Side> winner; // majority of the parsed answers; nothing for a tie or no answer
    // That A is better: mean over the judgements of an order, then over the orders (GRAM's score). Where no
    // judgement has one it is the share of A among the parsed answers; nothing without any.
    std::optional<double> probabilityA;
    // Both orders decide for the same candidate; nothing unless both were judged.
    std::optional<bool> consistent;

    bool tie() const { return votesA > 0 && votesA == votesB; }
    // p(A) - p(B), in [-1, 1].
    std::optional<double> margin() const;
};

PairDecision decide(std::span<const PairVote> votes);

// A pair of candidates (by number, first < second) and its decision, A being the first.
struct ContestPair
{
    std::size_t first = 0;
    std::size_t second = 0;
    PairDecision decision;
};

struct Ranking
{
    std::vector<double> scores; // mean probability of winning against the others; no decision counts as 1/2
    std::vector<std::size_t> order; // best first, the lower number of equals
    bool tiedBest = false; // a second candidate has the best score
    std::size_t undecided = 0; // pairs without any readable judgement
};

// All pairs (i, j), i < j, of n candidates, in order.
std::vector<std::pair<std::size_t, std::size_t>> allPairs(std::size_t n);

// REQUIRES: pairs are allPairs(n) in that order, n >= 2
Ranking rank(std::size_t n, std::span<const ContestPair> pairs);

} // namespace msrl::judge
