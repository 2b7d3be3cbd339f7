// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/benchmark.h"

namespace msrl::bench {

const std::vector<Benchmark>& benchmarks()
{
    static const std::vector<Benchmark> all { kVlRewardBench, kMultimodalRewardBench, kGenaiBench,
        kVideogenRewardBench, kShareGptVideo, kMmRlhf, kOwnRows };
    return all;
}

const Benchmark* findBenchmark(std::string_view name)
{
    for (const Benchmark& benchmark : benchmarks()) {
        if (name == benchmark.name)
            return &benchmark;
    }
    return nullptr;
}

base::Result<std::filesystem::path> dataFile(const std::filesystem::path& data, const char* name)
{
    std::error_code error;
    const std::filesystem::path path = std::filesystem::is_directory(data, error) ? data / name : data;
    if (!std::filesystem::is_regular_file(path, error))
        return base::badInput("no such file", path.string(), "the benchmark's data are read from it");
    return path;
}

} // namespace msrl::bench
