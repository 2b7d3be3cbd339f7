// SPDX-License-Identifier: GPL-3.0-or-later
// Contests of any number of candidates: every pair is judged, the scores are means of the probabilities.
#pragma once

#include "core/data/contest.h"
#include "engine/judging/media_check.h"
#include "engine/judging/pair_judge.h"

#include <span>
#include <stop_token>
#include <vector>

namespace msrl::judging {

struct JudgedPair
{
    judge::ContestPair pair;
    std::vector<Judgement> judgements;
};

struct JudgedContest
{
    const data::Contest* contest = nullptr;
    std::vector<JudgedPair> pairs; // judge::allPairs() in order
    judge::Ranking ranking;

    // Of the best candidate; nothing where the judge decided nothing, or for two.
    std::optional<std::size_t> winner() const;
};

struct Voting
{
    std::size_t votes = 1; // judgements of a pair in each order
    bool bothOrders = false;
};

// `first` is the number of the first contest in its file. The contests must outlive the result.
base::Result<std::vector<JudgedContest>> judgeContests(const PairJudge& judge,
    std::span<const data::Contest> contests, std::uint64_t first, const Voting& voting,
    std::stop_token stop = {});

// Every medium that the judge is to see, and every pair of every contest in both orders, before any work; the
// error names the row.
base::Status checkContests(const PairJudge& judge, std::span<const data::Contest> contests,
    const CheckProgress& progress = {}, std::stop_token stop = {});

} // namespace msrl::judging
