// SPDX-License-Identifier: GPL-3.0-or-later
// Two judges on the same pairs, tested pair by pair.
#include "core/bench/pair_votes.h"
#include "core/judge/comparison.h"

#include <numeric>

namespace msrl::bench {

namespace {

using base::Json;

// Shares of a pair's votes, so that a pair counts once whatever its orders.
std::vector<double> sharesOf(const std::vector<int>& right, int votes)
{
    std::vector<double> shares;
    for (const int one : right)
        shares.push_back(static_cast<double>(one) / votes);
    return shares;
}

double meanOf(const std::vector<double>& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

void addMcNemar(Json& json, const std::vector<int>& first, const std::vector<int>& second)
{
    const judge::PairedTest test = judge::mcnemarTest(first, second);
    json["only_first_right"] = test.onlyFirst;
    json["only_second_right"] = test.onlySecond;
    json["both_right"] = test.both;
    json["neither_right"] = test.neither;
    json["mcnemar_p"] = test.pValue;
}

} // namespace

base::Result<Json> comparison(std::span<const PairItem> firstItems, std::span<const PairItem> secondItems,
    const PairReportOptions& options, const std::string& secondPlace)
{
    const VoteRule rule = VoteRule::of(options);
    if (base::Status fits = checkVotes(secondItems, rule, secondPlace, secondPlace); !fits)
        return fits.error();
    const std::vector<int> first = rightVotes(firstItems, rule);
    const std::vector<int> second = rightVotes(secondItems, rule);
    Json json
        = { { "first", votesJson(first, rule.votes()) }, { "second", votesJson(second, rule.votes()) } };
    json["difference"] = nullptr;
    const std::vector<double> a = sharesOf(first, rule.votes());
    const std::vector<double> b = sharesOf(second, rule.votes());
    if (!first.empty()) {
        const judge::Interval interval = judge::bootstrapDifferenceInterval(a, b);
        json["difference"] = meanOf(a) - meanOf(b);
        json["difference_bootstrap95"] = Json::array({ interval.low, interval.high });
    }
    if (!rule.bothOrders) {
        addMcNemar(json, first, second);
        return json;
    }
    const judge::SignTest test = judge::signTest(a, b);
    json["first_better"] = test.firstBetter;
    json["second_better"] = test.secondBetter;
    json["alike"] = test.alike;
    json["sign_test_p"] = test.pValue;
    return json;
}

} // namespace msrl::bench
