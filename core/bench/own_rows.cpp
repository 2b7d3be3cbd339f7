// SPDX-License-Identifier: GPL-3.0-or-later
// Any file that core/data reads; the groups are the task types.
#include "core/bench/plain_pairs.h"
#include "core/data/readers.h"

namespace msrl::bench {

namespace {

base::Result<base::Json> evaluateOwnRows(const BenchmarkRequest& request)
{
    const auto samples = data::loadSamples(request.data);
    if (!samples)
        return samples.error();
    std::vector<PairItem> pairs;
    for (const data::Sample& sample : *samples)
        pairs.push_back({ sample.id, data::taskTypeName(sample.task), sample.gold, {} });
    return evaluatePlainPairs(pairs, request);
}

base::Result<std::vector<JudgingSet>> ownRowsSets(const std::filesystem::path& data)
{
    auto samples = data::loadSamples(data);
    if (!samples)
        return samples.error();
    return std::vector { JudgingSet { {}, std::move(*samples) } };
}

} // namespace

const Benchmark kOwnRows { "own", "A file of your own", evaluateOwnRows, ownRowsSets };

} // namespace msrl::bench
