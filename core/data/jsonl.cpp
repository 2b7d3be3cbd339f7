// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/lines.h"
#include "core/data/readers.h"

namespace msrl::data {

namespace {

namespace fs = std::filesystem;

bool isJsonl(const fs::path& path)
{
    const std::string name = path.filename().string();
    return name.ends_with(".jsonl") || name.ends_with(".jsonl.gz");
}

base::Result<std::vector<Sample>> readJsonl(const fs::path& path, const fs::path& mediaRoot)
{
    LineReader lines(path);
    std::vector<Sample> samples;
    for (;;) {
        const auto line = lines.next();
        if (!line)
            return line.error();
        if (!*line)
            return samples;
        const std::string& text = **line;
        if (text.find_first_not_of(" \t") == std::string::npos)
            continue;
        auto row = base::parseJson(text, lines.place());
        if (!row)
            return row.error();
        auto sample = sampleFromJson(*row, lines.place(), mediaRoot);
        if (!sample)
            return sample.error();
        samples.push_back(std::move(*sample));
    }
}

} // namespace

const SampleFormat kJsonlFormat { "msrl-jsonl", "MSRL rows", "One JSON object per line, plain or gzipped.",
    isJsonl, readJsonl };

} // namespace msrl::data
