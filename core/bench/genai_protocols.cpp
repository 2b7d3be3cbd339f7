// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/genai_protocols.h"

#include "core/bench/output_parsers.h"
#include "core/judge/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace msrl::bench {

namespace {

using base::Json;
using data::Side;

// A bare [[A=B]] is right for both kinds of tie, as in the official script.
bool labelIsRight(std::string_view label, const std::string& vote)
{
    if (vote == "leftvote")
        return label == "[[A>B]]" || label == "[[A>>B]]";
    if (vote == "rightvote")
        return label == "[[B>A]]" || label == "[[B>>A]]";
    return label == "[[A=B]]" || label == (vote == "tievote" ? "[[A=B=Good]]" : "[[A=B=Bad]]");
}

// The vote in the order that was shown.
std::string exchanged(const std::string& vote)
{
    return vote == "leftvote" ? "rightvote" : vote == "rightvote" ? "leftvote" : vote;
}

std::optional<Side> goldOf(const std::string& vote)
{
    if (vote == "leftvote")
        return Side::A;
    return vote == "rightvote" ? std::optional(Side::B) : std::nullopt;
}

} // namespace

Json genaiShare(int hits, int total)
{
    return total > 0 ? Json(static_cast<double>(hits) / total) : Json(nullptr);
}

bool answersGenaiBinary(const std::vector<Prediction>& predictions)
{
    return std::any_of(predictions.begin(), predictions.end(), [](const Prediction& one) {
        return one.row.contains("swap") || one.row.contains("swapped") || judge::looseAnswer(one.output);
    });
}

bool answersGenaiFourWay(const std::vector<Prediction>& predictions)
{
    return std::any_of(predictions.begin(), predictions.end(),
        [](const Prediction& one) { return !bracketedLabel(one.output).empty(); });
}

Json genaiFourWay(const std::vector<std::string>& votes, const std::vector<Prediction>& predictions)
{
    int correct = 0;
    Json byVote = Json::object();
    Json perRow = Json::array();
    const auto samples = byItem(predictions, votes.size());
    for (std::size_t i = 0; i < votes.size(); ++i) {
        const Prediction& first = predictions[samples[i][0]];
        const bool right
            = labelIsRight(bracketedLabel(first.output), first.swapped ? exchanged(votes[i]) : votes[i]);
        correct += right ? 1 : 0;
        perRow.push_back(right ? 1 : 0);
        Json& count = byVote[votes[i]];
        if (count.is_null())
            count = { 0, 0 };
        count[0] = count[0].get<int>() + (right ? 1 : 0);
        count[1] = count[1].get<int>() + 1;
    }
    return { { "acc", static_cast<double>(correct) / static_cast<double>(votes.size()) },
        { "correct", correct }, { "n", votes.size() }, { "by_vote", byVote }, { "per_row", perRow } };
}

std::vector<PairItem> genaiPairs(
    const std::vector<std::string>& votes, const std::vector<Prediction>& predictions)
{
    std::vector<PairItem> pairs;
    const auto samples = byItem(predictions, votes.size());
    for (std::size_t i = 0; i < votes.size(); ++i) {
        PairItem pair { fmt::format("{}", i), votes[i], goldOf(votes[i]), {} };
        for (const std::size_t s : samples[i])
            pair.samples.push_back(verdictOf(predictions[s], judge::looseAnswer(predictions[s].output)));
        pairs.push_back(std::move(pair));
    }
    return pairs;
}

Json genaiBinary(const std::vector<PairItem>& pairs)
{
    int right = 0;
    int decided = 0;
    int unparsed = 0;
    for (const PairItem& pair : pairs) {
        if (!pair.gold)
            continue;
        const auto& answer = pair.samples.front().answer;
        ++decided;
        right += answer == pair.gold ? 1 : 0;
        unparsed += answer ? 0 : 1;
    }
    Json json = Json::object();
    json["acc_ties_counted_wrong"] = genaiShare(right, static_cast<int>(pairs.size()));
    json["acc_without_ties"] = genaiShare(right, decided);
    json["acc_without_ties_unparsed_dropped"] = genaiShare(right, decided - unparsed);
    json["n"] = pairs.size();
    json["n_without_ties"] = decided;
    json["unparsed"] = unparsed;
    return json;
}

} // namespace msrl::bench
