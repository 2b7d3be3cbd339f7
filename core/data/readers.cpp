// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/readers.h"

#include <fmt/format.h>

#include <unordered_map>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;

std::string formatNames()
{
    std::string names;
    for (const SampleFormat& format : sampleFormats())
        names += (names.empty() ? "" : ", ") + std::string(format.name);
    return names;
}

base::Result<const SampleFormat*> formatOf(const fs::path& path, const std::string& name)
{
    if (!name.empty()) {
        if (const SampleFormat* format = findSampleFormat(name))
            return format;
        return base::badInput(
            fmt::format("unknown data format '{}'", name), path.string(), "known: " + formatNames());
    }
    for (const SampleFormat& format : sampleFormats()) {
        if (format.matches(path))
            return &format;
    }
    return base::badInput("the file's name fits no data format", path.string(), "known: " + formatNames());
}

base::Status checkIds(const std::vector<Sample>& samples)
{
    std::unordered_map<std::string_view, const Sample*> seen;
    seen.reserve(samples.size());
    for (const Sample& sample : samples) {
        const auto [first, isNew] = seen.emplace(sample.id, &sample);
        if (!isNew)
            return base::badInput(fmt::format("'{}' was already used at {}", sample.id, first->second->place),
                sample.place + ", field id", "ids must be unique within a file");
    }
    return {};
}

} // namespace

const std::vector<SampleFormat>& sampleFormats()
{
    static const std::vector<SampleFormat> formats { kJsonlFormat, kHelpSteer3Format, kVideogenCsvFormat,
        kGramFormat, kSwiftFormat, kLlavaCriticFormat, kUnifiedRewardFormat, kRapidataFormat,
        kShareGptVideoFormat };
    return formats;
}

const SampleFormat* findSampleFormat(std::string_view name)
{
    for (const SampleFormat& format : sampleFormats()) {
        if (name == format.name)
            return &format;
    }
    return nullptr;
}

base::Result<std::vector<Sample>> readSamplesOfRows(const fs::path& path,
    const std::function<base::Result<Sample>(const JsonRow& row, std::size_t number)>& sampleOf)
{
    const auto rows = readJsonRows(path);
    if (!rows)
        return rows.error();
    std::vector<Sample> samples;
    for (const JsonRow& row : *rows) {
        auto sample = sampleOf(row, samples.size());
        if (!sample)
            return sample.error();
        samples.push_back(std::move(*sample));
    }
    return samples;
}

base::Result<std::vector<Sample>> loadSamples(const fs::path& path, const LoadOptions& options)
{
    const auto format = formatOf(path, options.format);
    if (!format)
        return format.error();
    std::error_code error;
    if (!fs::is_regular_file(path, error))
        return base::badInput("data file not found", path.string());
    const fs::path mediaRoot = options.mediaRoot.empty() ? path.parent_path() : options.mediaRoot;
    auto samples = (*format)->read(path, mediaRoot);
    if (!samples)
        return samples.error();
    if (samples->empty())
        return base::badInput("the file holds no samples", path.string());
    if (auto status = checkIds(*samples); !status)
        return status.error();
    for (Sample& sample : *samples) {
        if (sample.source.empty())
            sample.source = options.source;
    }
    return samples;
}

} // namespace msrl::data
