// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/readers.h"

namespace msrl::data {

namespace {

namespace fs = std::filesystem;

bool isJsonl(const fs::path& path)
{
    const std::string name = path.filename().string();
    return name.ends_with(".jsonl") || name.ends_with(".jsonl.gz");
}

base::Result<Sample> ownSample(const JsonRow& row, std::size_t, const fs::path& mediaRoot)
{
    return sampleFromJson(row.value, row.place, mediaRoot);
}

} // namespace

const SampleFormat kJsonlFormat { "msrl-jsonl", "MSRL rows",
    "One JSON object per line, plain or gzipped, or the same members as columns of a Parquet file.", isJsonl,
    ownSample };

} // namespace msrl::data
