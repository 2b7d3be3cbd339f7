// SPDX-License-Identifier: GPL-3.0-or-later
// What every benchmark of pairs tells beside its official figures.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/bench/benchmark.h"
#include "core/bench/pair_report.h"

#include <filesystem>
#include <functional>
#include <span>
#include <vector>

namespace msrl::bench {

// A benchmark's pairs with the verdicts of a file of predictions.
using PairsOf = std::function<base::Result<std::vector<PairItem>>(const std::filesystem::path& predictions)>;

// {"ours": pairReport()} of the request's first judge, whose pairs are given, and where it names a second one
// "comparison": comparison() with that judge's pairs. Errors are those of both and of `pairsOf`.
base::Result<base::Json> ownProtocol(
    const BenchmarkRequest& request, std::span<const PairItem> pairs, const PairsOf& pairsOf);

} // namespace msrl::bench
