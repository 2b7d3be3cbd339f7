// SPDX-License-Identifier: GPL-3.0-or-later
// Published benchmarks of judges, counted from predictions alone: the official protocol to the letter, and
// ours beside it. A benchmark is one file that defines a Benchmark and one line in benchmarks().
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace msrl::bench {

struct BenchmarkRequest
{
    std::filesystem::path data; // the benchmark's folder, or its file
    std::filesystem::path predictions;
    std::optional<std::filesystem::path> against; // a second judge's, for the paired test
    std::optional<std::size_t> voting; // only this k
    bool bothOrders = false;
};

struct Benchmark
{
    const char* name;
    const char* title;
    // Official figures under the names of their protocols, ours under "ours".
    base::Result<base::Json> (*evaluate)(const BenchmarkRequest& request);
};

const std::vector<Benchmark>& benchmarks();
const Benchmark* findBenchmark(std::string_view name);

extern const Benchmark kVlRewardBench;
extern const Benchmark kMultimodalRewardBench;
extern const Benchmark kGenaiBench;
extern const Benchmark kVideogenRewardBench;
extern const Benchmark kShareGptVideo;
extern const Benchmark kOwnRows;

// `data` itself when it is a file, else `data`/`name`. BadInput when that is not a file.
base::Result<std::filesystem::path> dataFile(const std::filesystem::path& data, const char* name);

} // namespace msrl::bench
