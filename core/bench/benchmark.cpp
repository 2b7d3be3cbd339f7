// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/benchmark.h"

#include "core/data/readers.h"

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

base::Result<std::vector<JudgingSet>> judgingSetOfRows(const std::filesystem::path& data, const char* name,
    base::Result<data::Sample> (*sampleOf)(const data::JsonRow& row, const std::filesystem::path& mediaRoot))
{
    const auto file = dataFile(data, name);
    if (!file)
        return file.error();
    auto samples = data::readSamplesOfRows(
        *file, [&](const data::JsonRow& row, std::size_t) { return sampleOf(row, file->parent_path()); });
    if (!samples)
        return samples.error();
    return std::vector { JudgingSet { {}, std::move(*samples) } };
}

} // namespace msrl::bench
