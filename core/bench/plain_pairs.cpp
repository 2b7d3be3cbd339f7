// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/plain_pairs.h"

#include "core/bench/own_protocol.h"
#include "core/bench/predictions.h"
#include "core/judge/parser.h"

namespace msrl::bench {

base::Result<std::vector<PairItem>> withAnswers(
    std::vector<PairItem> pairs, const std::filesystem::path& predictions)
{
    std::vector<std::string> ids;
    for (const PairItem& pair : pairs)
        ids.push_back(pair.id);
    const auto read = readPredictions(predictions, ids);
    if (!read)
        return read.error();
    for (const Prediction& one : *read)
        pairs[one.item].samples.push_back(verdictOf(one, judge::looseAnswer(one.output)));
    return pairs;
}

base::Result<base::Json> evaluatePlainPairs(
    const std::vector<PairItem>& pairs, const BenchmarkRequest& request)
{
    const auto judged = [&](const std::filesystem::path& path) { return withAnswers(pairs, path); };
    const auto first = judged(request.predictions);
    if (!first)
        return first.error();
    return ownProtocol(request, *first, judged);
}

} // namespace msrl::bench
