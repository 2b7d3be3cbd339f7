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
        auto answer = judge::looseAnswer(one.output);
        if (answer && one.swapped)
            answer = data::otherSide(*answer);
        pairs[one.item].samples.push_back({ answer, one.swapped });
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
        if (auto fits = pairReport(*second, { request.voting, false }); !fits)
            return base::within(fits.error(), request.against->string());
        const std::size_t k = request.voting.value_or(1);
        json["comparison"] = comparison(rightByVote(*first, k), rightByVote(*second, k));
    }
    return json;
}

} // namespace msrl::bench
