// SPDX-License-Identifier: GPL-3.0-or-later
// Our own protocol, the same for every benchmark of pairs: unparsed is wrong and is shown, a tied vote is
// shown, every figure has its interval, and both orders are counted where both were judged.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/data/sample.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace msrl::bench {

struct Verdict
{
    std::optional<data::Side> answer; // in the order of the benchmark's file; nothing: unparsed
    bool swapped = false; // how it was shown
    std::optional<double> probability; // that the judge gives its answer
};

struct PairItem
{
    std::string id;
    std::string group;
    std::optional<data::Side> gold; // nothing: people call it a tie, which a judge of two answers cannot
    std::vector<Verdict> samples; // in the order of sampling
};

struct PairReportOptions
{
    std::optional<std::size_t> voting; // majority of the first k samples; one sample when absent
    bool bothOrders = false; // that many of each order
};

// {"k", "n", "ties_left_out", "accuracy", "by_group", "micro", "macro", "both_orders", "tied_pairs",
// "judgements", "parse_failures", "first_shown_share", "calibration", "voting": [per k]}. With both orders
// every accuracy is over both: a pair has a vote of k in each, and "both_orders" has "right_in_both" and
// "consistent" (one answer in both), shares of pairs; else it is null. "tied_pairs": as many of the counted
// judgements say A as B. The calibration is of all judgements that tell their probability; null without any:
// {"judgements", "expected_calibration_error", "brier", "bins": [{"low", "high", "n", "claimed", "right",
// "wilson95"}]}, empty bins left out. BadInput when an item has fewer samples than asked for, or not both
// orders although those were asked for.
base::Result<base::Json> pairReport(std::span<const PairItem> items, const PairReportOptions& options);

// 1 where the majority of the first k samples, whatever their order, is the gold answer, 0 elsewhere; items
// without gold are left out. REQUIRES: every item has k samples
std::vector<int> rightByVote(std::span<const PairItem> items, std::size_t k);

// Two judges on the same items, by the vote that the options say: accuracies, their difference with its
// interval, and McNemar's exact test, or with both orders the sign test over the pairs. BadInput, in
// `secondPlace`, when the second has fewer samples or one order only.
base::Result<base::Json> comparison(std::span<const PairItem> first, std::span<const PairItem> second,
    const PairReportOptions& options, const std::string& secondPlace);

// {"right", "n", "value", "wilson95": [low, high], "bootstrap95": [low, high]}; value null for n = 0. Of a
// pair `right` of `votes` votes are right, n counts votes, and with several of a pair "pairs" counts those;
// the intervals are over pairs.
base::Json votesJson(std::span<const int> right, int votes);
// The same with one vote each: 1 right, 0 wrong.
base::Json shareJson(std::span<const int> right);

} // namespace msrl::bench
