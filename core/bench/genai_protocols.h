// SPDX-License-Identifier: GPL-3.0-or-later
// What GenAI-Bench counts of one task's votes (leftvote, rightvote, tievote, bothbad_vote) and predictions.
// Official: four labels in double brackets. Binary: an <answer> tag with A or B, ties counted as wrong or
// left out. Used by this folder only.
#pragma once

#include "core/base/json.h"
#include "core/bench/pair_report.h"
#include "core/bench/predictions.h"

#include <string>
#include <vector>

namespace msrl::bench {

// Predictions are of the binary protocol where a row says how the pair was shown or some output answers, and
// of the official one where some output has a label; those that ask for both are of both.
bool answersGenaiBinary(const std::vector<Prediction>& predictions);
bool answersGenaiFourWay(const std::vector<Prediction>& predictions);

// {"acc", "correct", "n", "by_vote", "per_row"}
base::Json genaiFourWay(const std::vector<std::string>& votes, const std::vector<Prediction>& predictions);

// For our own protocol beside it; ties have no gold.
std::vector<PairItem> genaiPairs(
    const std::vector<std::string>& votes, const std::vector<Prediction>& predictions);
// {"acc_ties_counted_wrong", "acc_without_ties", "acc_without_ties_unparsed_dropped", "n", "n_without_ties",
// "unparsed"} of the first samples. "unparsed" counts items that are not ties: a tie is not asked for in this
// protocol.
base::Json genaiBinary(const std::vector<PairItem>& pairs);

// Null where there is nothing to count.
base::Json genaiShare(int hits, int total);

} // namespace msrl::bench
