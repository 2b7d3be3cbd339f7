// SPDX-License-Identifier: GPL-3.0-or-later
// The votes that our protocol counts of a pair: one of its first k judgements, or with both orders one of the
// first k of each.
#pragma once

#include "core/base/result.h"
#include "core/bench/pair_report.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace msrl::bench {

struct VoteRule
{
    std::size_t k = 1;
    bool bothOrders = false;

    static VoteRule of(const PairReportOptions& options)
    {
        return { options.voting.value_or(1), options.bothOrders };
    }
    int votes() const { return bothOrders ? 2 : 1; } // of a pair
};

using Answers = std::vector<std::optional<data::Side>>;

// What was answered, in the order of sampling: one list, or with both orders two, the file's order first.
std::vector<Answers> answersOf(const PairItem& item, bool bothOrders);

// Judgements of the item that has fewest, with both orders of the order that has fewest; 0 without items.
std::size_t fewestAnswers(std::span<const PairItem> items, bool bothOrders);

// BadInput, in `votingPlace`, for a k that some item has too few judgements for; in `place`, for an item that
// was judged in one order only although both are counted.
base::Status checkVotes(std::span<const PairItem> items, const VoteRule& rule, const std::string& place,
    const std::string& votingPlace);

// Per item with gold: how many of its votes are right, 0 to rule.votes(). REQUIRES: checkVotes()
std::vector<int> rightVotes(std::span<const PairItem> items, const VoteRule& rule);

} // namespace msrl::bench
