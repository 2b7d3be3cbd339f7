// SPDX-License-Identifier: GPL-3.0-or-later
// Published benchmarks of judges, counted from predictions alone: the official protocol to the letter, and
// ours beside it. A benchmark is one file that defines a Benchmark and one line in benchmarks().
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/data/rows.h"
#include "core/data/sample.h"

#include <filesystem>
#include <optional>
#include <string>
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

// What a judge has to judge: item i is samples[i], with the id by which predictions name it.
struct JudgingSet
{
    std::string file; // name of the predictions of this set, where the benchmark has several
    std::vector<data::Sample> samples;
};

// How the official protocol shows a pair where not both orders are judged.
enum class ShownOrder { AsGiven, Random };

struct Benchmark
{
    const char* name;
    const char* title;
    // Official figures under the names of their protocols, ours under "ours".
    base::Result<base::Json> (*evaluate)(const BenchmarkRequest& request);
    // Predictions are a folder of files where there are several sets, else one file.
    base::Result<std::vector<JudgingSet>> (*judgingSets)(const std::filesystem::path& data);
    ShownOrder order = ShownOrder::AsGiven;
    bool manySets = false;
};

const std::vector<Benchmark>& benchmarks();
const Benchmark* findBenchmark(std::string_view name);

extern const Benchmark kVlRewardBench;
extern const Benchmark kMultimodalRewardBench;
extern const Benchmark kGenaiBench;
extern const Benchmark kVideogenRewardBench;
extern const Benchmark kShareGptVideo;
extern const Benchmark kMmRlhf;
extern const Benchmark kOwnRows;

// `data` itself when it is a file, else `data`/`name`. BadInput when that is not a file.
base::Result<std::filesystem::path> dataFile(const std::filesystem::path& data, const char* name);

// One set from that file's JSON rows, whose media lie beside it.
base::Result<std::vector<JudgingSet>> judgingSetOfRows(const std::filesystem::path& data, const char* name,
    base::Result<data::Sample> (*sampleOf)(const data::JsonRow& row, const std::filesystem::path& mediaRoot));

} // namespace msrl::bench
