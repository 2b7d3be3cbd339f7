// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/plain_pairs.h"

#include "core/bench/predictions.h"
#include "core/judge/parser.h"

namespace msrl::bench {

namespace {

base::Result<std::vector<PairItem>> judged(std::vector<PairItem> pairs, const std::filesystem::path& path)
{
    std::vector<std::string> ids;
    for (const PairItem& pair : pairs)
        ids.push_back(pair.id);
    const auto predictions = readPredictions(path, ids);
    if (!predictions)
        return predictions.error();
    for (const Prediction& one : *predictions) {
        pairs[one.item].samples.push_back(verdictOf(one, judge::looseAnswer(one.output)));
    }
    return pairs;
}

} // namespace

base::Result<base::Json> evaluatePlainPairs(std::vector<PairItem> pairs, const BenchmarkRequest& request)
{
    const auto first = judged(pairs, request.predictions);
    if (!first)
        return first.error();
    auto ours = pairReport(*first, { request.voting, request.bothOrders });
    if (!ours)
        return ours.error();
    base::Json json = { { "ours", std::move(*ours) } };
    if (request.against) {
        const auto second = judged(std::move(pairs), *request.against);
        if (!second)
            return second.error();
        auto compared
            = comparison(*first, *second, { request.voting, request.bothOrders }, request.against->string());
        if (!compared)
            return compared.error();
        json["comparison"] = *std::move(compared);
    }
    return json;
}

} // namespace msrl::bench
