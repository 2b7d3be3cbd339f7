// SPDX-License-Identifier: GPL-3.0-or-later
// For benchmarks whose protocol is ours alone: pairs with a gold side, judged with an <answer> tag.
#pragma once

#include "core/bench/benchmark.h"
#include "core/bench/pair_report.h"

namespace msrl::bench {

// The pairs with the answers of a file of predictions as their samples. BadInput as readPredictions().
base::Result<std::vector<PairItem>> withAnswers(
    std::vector<PairItem> pairs, const std::filesystem::path& predictions);

// `pairs` come without samples; the predictions give them.
base::Result<base::Json> evaluatePlainPairs(
    const std::vector<PairItem>& pairs, const BenchmarkRequest& request);

} // namespace msrl::bench
