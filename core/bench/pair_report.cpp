// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/pair_report.h"

#include "core/bench/pair_votes.h"
#include "core/judge/calibration.h"
#include "core/judge/comparison.h"
#include "core/judge/selection.h"
#include "core/judge/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace msrl::bench {

namespace {

using base::Json;
using data::Side;

constexpr std::size_t kLongestCurve = 32;

Json intervalJson(const judge::Interval& interval)
{
    return Json::array({ interval.low, interval.high });
}

Json groupsJson(std::span<const PairItem> items, std::span<const int> right, int votes)
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
        json[name] = votesJson(values, votes);
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
Json votingPoint(std::span<const PairItem> items, const VoteRule& rule)
{
    const std::vector<int> right = rightVotes(items, rule);
    judge::VoteOdds odds;
    std::size_t undecided = 0;
    for (const PairItem& item : items) {
        if (!item.gold)
            continue;
        for (const Answers& answers : answersOf(item, rule.bothOrders)) {
            const std::int64_t agreeing = std::count(answers.begin(), answers.end(), item.gold);
            const std::int64_t unparsed = std::count(answers.begin(), answers.end(), std::nullopt);
            const auto all = static_cast<std::int64_t>(answers.size());
            const judge::VoteOdds one = judge::voteOdds(
                agreeing, all - agreeing - unparsed, unparsed, static_cast<std::int64_t>(rule.k));
            odds.right += one.right;
            odds.tied += one.tied;
            undecided += judge::majorityVote(std::span(answers).first(rule.k)) ? 0 : 1;
        }
    }
    const double n = std::max(1.0, static_cast<double>(right.size()) * rule.votes());
    Json point = { { "k", rule.k } };
    point["accuracy"] = votesJson(right, rule.votes());
    point["tied_or_unparsed"] = undecided;
    point["expected_accuracy"] = odds.right / n;
    point["expected_tied_or_unparsed"] = odds.tied / n;
    return point;
}

Json bothOrdersJson(std::span<const PairItem> items, const VoteRule& rule)
{
    std::vector<int> consistent;
    std::vector<int> rightInBoth;
    for (const PairItem& item : items) {
        const std::vector<Answers> orders = answersOf(item, true);
        const auto given = judge::majorityVote(std::span(orders[0]).first(rule.k));
        const auto exchanged = judge::majorityVote(std::span(orders[1]).first(rule.k));
        consistent.push_back(given && given == exchanged ? 1 : 0);
        if (item.gold)
            rightInBoth.push_back(given == item.gold && exchanged == item.gold ? 1 : 0);
    }
    return { { "right_in_both", shareJson(rightInBoth) }, { "consistent", shareJson(consistent) } };
}

// Pairs of whose counted judgements, of both orders where both count, as many say A as say B; not those of
// which none could be read.
std::size_t tiedPairs(std::span<const PairItem> items, const VoteRule& rule)
{
    std::size_t tied = 0;
    for (const PairItem& item : items) {
        std::int64_t forA = 0;
        std::int64_t forB = 0;
        for (const Answers& answers : answersOf(item, rule.bothOrders)) {
            const auto counted = std::span(answers).first(rule.k);
            forA += std::count(counted.begin(), counted.end(), Side::A);
            forB += std::count(counted.begin(), counted.end(), Side::B);
        }
        tied += forA > 0 && forA == forB ? 1 : 0;
    }
    return tied;
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

Json votesJson(std::span<const int> right, int votes)
{
    const auto n = static_cast<std::int64_t>(right.size());
    const std::int64_t hits = std::accumulate(right.begin(), right.end(), std::int64_t { 0 });
    Json json = { { "right", hits }, { "n", n * votes } };
    if (votes > 1)
        json["pairs"] = n;
    const double value = n == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(n * votes);
    json["value"] = n == 0 ? Json(nullptr) : Json(value);
    json["wilson95"] = intervalJson(n == 0 ? judge::Interval() : judge::wilsonIntervalOfShare(value, n));
    if (n > 0) {
        std::vector<double> shares;
        for (const int one : right)
            shares.push_back(static_cast<double>(one) / votes);
        json["bootstrap95"] = intervalJson(judge::bootstrapMeanInterval(shares));
    }
    return json;
}

Json shareJson(std::span<const int> right)
{
    return votesJson(right, 1);
}

base::Result<Json> pairReport(std::span<const PairItem> items, const PairReportOptions& options)
{
    const VoteRule rule = VoteRule::of(options);
    if (base::Status fits = checkVotes(items, rule, {}, "--voting"); !fits)
        return fits.error();
    const std::vector<int> right = rightVotes(items, rule);
    Json json = { { "k", rule.k }, { "n", items.size() }, { "ties_left_out", items.size() - right.size() } };
    json["accuracy"] = votesJson(right, rule.votes());
    json["by_group"] = groupsJson(items, right, rule.votes());
    json["micro"] = json["accuracy"]["value"];
    json["macro"] = macroOf(json["by_group"]);
    json["both_orders"] = rule.bothOrders ? bothOrdersJson(items, rule) : Json(nullptr);
    json["tied_pairs"] = tiedPairs(items, rule);
    countJudgements(items, json);
    json["calibration"] = calibrationJson(items);
    json["voting"] = Json::array();
    const std::size_t longest = std::min(fewestAnswers(items, rule.bothOrders), kLongestCurve);
    for (std::size_t k = 1; k <= longest; ++k)
        json["voting"].push_back(votingPoint(items, { k, rule.bothOrders }));
    return json;
}

} // namespace msrl::bench
