// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/pair_report.h"

#include "core/judge/calibration.h"
#include "core/judge/comparison.h"
#include "core/judge/selection.h"
#include "core/judge/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace msrl::bench {

namespace {

using base::Json;
using data::Side;

constexpr std::size_t kLongestCurve = 32;

std::optional<Side> vote(const PairItem& item, std::size_t k)
{
    std::vector<std::optional<Side>> answers;
    for (std::size_t i = 0; i < k; ++i)
        answers.push_back(item.samples[i].answer);
    return judge::majorityVote(answers);
}

Json intervalJson(const judge::Interval& interval)
{
    return Json::array({ interval.low, interval.high });
}

std::size_t fewestSamples(std::span<const PairItem> items)
{
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (const PairItem& item : items)
        fewest = std::min(fewest, item.samples.size());
    return items.empty() ? 0 : fewest;
}

Json groupsJson(std::span<const PairItem> items, std::span<const int> right)
{
    std::vector<std::pair<std::string, std::vector<int>>> groups; // in the order of the file
    std::size_t at = 0;
    for (const PairItem& item : items) {
        if (!item.gold)
            continue;
        auto group = std::find_if(
            groups.begin(), groups.end(), [&](const auto& one) { return one.first == item.group; });
        if (group == groups.end())
            group = groups.insert(groups.end(), { item.group, {} });
        group->second.push_back(right[at++]);
    }
    Json json = Json::object();
    for (const auto& [name, values] : groups)
        json[name] = shareJson(values);
    return json;
}

Json macroOf(const Json& groups)
{
    double sum = 0;
    for (const auto& [name, group] : groups.items())
        sum += group["value"].get<double>();
    return groups.empty() ? Json(nullptr) : Json(sum / static_cast<double>(groups.size()));
}

// Accuracy of the majority of k: of the first k in the file, and expected over every choice of k of all.
Json votingPoint(std::span<const PairItem> items, std::size_t k)
{
    const std::vector<int> right = rightByVote(items, k);
    judge::VoteOdds odds;
    std::size_t tied = 0;
    for (const PairItem& item : items) {
        if (!item.gold)
            continue;
        std::int64_t agreeing = 0;
        std::int64_t unparsed = 0;
        for (const Verdict& sample : item.samples) {
            agreeing += sample.answer == item.gold ? 1 : 0;
            unparsed += sample.answer ? 0 : 1;
        }
        const auto all = static_cast<std::int64_t>(item.samples.size());
        const judge::VoteOdds one
            = judge::voteOdds(agreeing, all - agreeing - unparsed, unparsed, static_cast<std::int64_t>(k));
        odds.right += one.right;
        odds.tied += one.tied;
        tied += vote(item, k) ? 0 : 1;
    }
    const double n = std::max(1.0, static_cast<double>(right.size()));
    Json point = { { "k", k } };
    point["accuracy"] = shareJson(right);
    point["tied_or_unparsed"] = tied;
    point["expected_accuracy"] = odds.right / n;
    point["expected_tied_or_unparsed"] = odds.tied / n;
    return point;
}

base::Result<Json> bothOrdersJson(std::span<const PairItem> items)
{
    std::vector<int> consistent;
    std::vector<int> rightInBoth;
    for (const PairItem& item : items) {
        std::vector<std::optional<Side>> orders[2];
        for (const Verdict& sample : item.samples)
            orders[sample.swapped ? 1 : 0].push_back(sample.answer);
        if (orders[0].empty() || orders[1].empty())
            return base::badInput(fmt::format("item '{}' was judged in one order only", item.id), {},
                "both orders need predictions of both");
        const auto given = judge::majorityVote(orders[0]);
        const auto exchanged = judge::majorityVote(orders[1]);
        consistent.push_back(given && given == exchanged ? 1 : 0);
        if (item.gold)
            rightInBoth.push_back(given == item.gold && exchanged == item.gold ? 1 : 0);
    }
    return Json { { "consistent", shareJson(consistent) }, { "right_in_both", shareJson(rightInBoth) } };
}

void countJudgements(std::span<const PairItem> items, Json& json)
{
    std::int64_t judgements = 0;
    std::int64_t unparsed = 0;
    std::int64_t firstShown = 0;
    for (const PairItem& item : items) {
        for (const Verdict& sample : item.samples) {
            ++judgements;
            unparsed += sample.answer ? 0 : 1;
            firstShown += sample.answer && (*sample.answer == Side::A) != sample.swapped ? 1 : 0;
        }
    }
    const std::int64_t parsed = judgements - unparsed;
    json["judgements"] = judgements;
    json["parse_failures"] = unparsed;
    json["first_shown_share"]
        = parsed == 0 ? Json(nullptr) : Json(static_cast<double>(firstShown) / static_cast<double>(parsed));
}

Json calibrationJson(std::span<const PairItem> items)
{
    std::vector<judge::Scored> claims;
    for (const PairItem& item : items) {
        for (const Verdict& sample : item.samples) {
            if (item.gold && sample.probability)
                claims.push_back({ *sample.probability, sample.answer == item.gold });
        }
    }
    const auto error = judge::expectedCalibrationError(claims);
    if (!error)
        return nullptr;
    Json bins = Json::array();
    for (const judge::ReliabilityBin& bin : judge::reliabilityBins(claims)) {
        if (bin.count == 0)
            continue;
        const auto n = static_cast<std::int64_t>(bin.count);
        const auto right = std::llround(bin.accuracy * static_cast<double>(n));
        bins.push_back(
            { { "low", bin.low }, { "high", bin.high }, { "n", n }, { "claimed", bin.meanConfidence },
                { "right", bin.accuracy }, { "wilson95", intervalJson(judge::wilsonInterval(right, n)) } });
    }
    return { { "judgements", claims.size() }, { "expected_calibration_error", *error },
        { "brier", *judge::brierScore(claims) }, { "bins", bins } };
}

} // namespace

Json shareJson(std::span<const int> right)
{
    const std::int64_t hits = std::count_if(right.begin(), right.end(), [](int one) { return one != 0; });
    const auto n = static_cast<std::int64_t>(right.size());
    Json json = { { "right", hits }, { "n", n } };
    json["value"] = n == 0 ? Json(nullptr) : Json(static_cast<double>(hits) / static_cast<double>(n));
    json["wilson95"] = intervalJson(judge::wilsonInterval(hits, n));
    if (n > 0)
        json["bootstrap95"]
            = intervalJson(judge::bootstrapMeanInterval(std::vector<double>(right.begin(), right.end())));
    return json;
}

std::vector<int> rightByVote(std::span<const PairItem> items, std::size_t k)
{
    std::vector<int> right;
    for (const PairItem& item : items) {
        if (item.gold)
            right.push_back(vote(item, k) == item.gold ? 1 : 0);
    }
    return right;
}

base::Result<Json> pairReport(std::span<const PairItem> items, const PairReportOptions& options)
{
    const std::size_t fewest = fewestSamples(items);
    const std::size_t k = options.voting.value_or(1);
    if (k < 1 || k > fewest)
        return base::badInput(fmt::format("a vote of {} needs as many samples; some item has {}", k, fewest),
            "--voting", "use 1 or more, and no more than there are");
    const std::vector<int> right = rightByVote(items, k);
    Json json = { { "k", k }, { "n", items.size() }, { "ties_left_out", items.size() - right.size() } };
    json["accuracy"] = shareJson(right);
    json["by_group"] = groupsJson(items, right);
    json["micro"] = json["accuracy"]["value"];
    json["macro"] = macroOf(json["by_group"]);
    countJudgements(items, json);
    json["calibration"] = calibrationJson(items);
    json["voting"] = Json::array();
    for (std::size_t size = 1; size <= std::min(fewest, kLongestCurve); ++size)
        json["voting"].push_back(votingPoint(items, size));
    json["both_orders"] = nullptr;
    if (options.bothOrders) {
        auto orders = bothOrdersJson(items);
        if (!orders)
            return orders.error();
        json["both_orders"] = std::move(*orders);
    }
    return json;
}

base::Result<Json> comparison(std::span<const PairItem> firstItems, std::span<const PairItem> secondItems,
    const PairReportOptions& options, const std::string& secondPlace)
{
    const std::size_t k = options.voting.value_or(1);
    if (k > fewestSamples(secondItems))
        return base::badInput(fmt::format("a vote of {} needs as many samples; some item has {}", k,
                                  fewestSamples(secondItems)),
            secondPlace);
    const std::vector<int> first = rightByVote(firstItems, k);
    const std::vector<int> second = rightByVote(secondItems, k);
    const judge::PairedTest test = judge::mcnemarTest(first, second);
    const std::vector<double> a(first.begin(), first.end());
    const std::vector<double> b(second.begin(), second.end());
    Json json = { { "first", shareJson(first) }, { "second", shareJson(second) } };
    json["difference"] = nullptr;
    if (!first.empty()) {
        const auto n = static_cast<double>(first.size());
        json["difference"]
            = (std::accumulate(a.begin(), a.end(), 0.0) - std::accumulate(b.begin(), b.end(), 0.0)) / n;
        json["difference_bootstrap95"] = intervalJson(judge::bootstrapDifferenceInterval(a, b));
    }
    json["only_first_right"] = test.onlyFirst;
    json["only_second_right"] = test.onlySecond;
    json["both_right"] = test.both;
    json["neither_right"] = test.neither;
    json["mcnemar_p"] = test.pValue;
    return json;
}

} // namespace msrl::bench
