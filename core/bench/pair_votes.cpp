// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/pair_votes.h"

#include "core/judge/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace msrl::bench {

std::vector<Answers> answersOf(const PairItem& item, bool bothOrders)
{
    std::vector<Answers> lists(bothOrders ? 2 : 1);
    for (const Verdict& sample : item.samples)
        lists[bothOrders && sample.swapped ? 1 : 0].push_back(sample.answer);
    return lists;
}

std::size_t fewestAnswers(std::span<const PairItem> items, bool bothOrders)
{
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (const PairItem& item : items) {
        for (const Answers& answers : answersOf(item, bothOrders))
            fewest = std::min(fewest, answers.size());
    }
    return items.empty() ? 0 : fewest;
}

base::Status checkVotes(std::span<const PairItem> items, const VoteRule& rule, const std::string& place,
    const std::string& votingPlace)
{
    for (const PairItem& item : items) {
        const std::vector<Answers> lists = answersOf(item, rule.bothOrders);
        if (rule.bothOrders && (lists[0].empty() || lists[1].empty()))
            return base::badInput(fmt::format("item '{}' was judged in one order only", item.id), place,
                "both orders need predictions of both");
    }
    const std::size_t fewest = fewestAnswers(items, rule.bothOrders);
    if (rule.k < 1 || rule.k > fewest)
        return base::badInput(fmt::format("a vote of {} needs as many samples; some item has {}{}", rule.k,
                                  fewest, rule.bothOrders ? " of an order" : ""),
            votingPlace, "use 1 or more, and no more than there are");
    return {};
}

std::vector<int> rightVotes(std::span<const PairItem> items, const VoteRule& rule)
{
    std::vector<int> right;
    for (const PairItem& item : items) {
        if (!item.gold)
            continue;
        int votes = 0;
        for (const Answers& answers : answersOf(item, rule.bothOrders))
            votes += judge::majorityVote(std::span(answers).first(rule.k)) == item.gold ? 1 : 0;
        right.push_back(votes);
    }
    return right;
}

std::vector<int> rightByVote(std::span<const PairItem> items, std::size_t k)
{
    return rightVotes(items, { k, false });
}

} // namespace msrl::bench
