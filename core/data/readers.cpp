// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/readers.h"

#include <fmt/format.h>

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

// Pictures inside the row, as long as they are in memory.
std::size_t inRowSize(const Sample& sample)
{
    std::size_t bytes = 0;
    for (const Media& media : sample.allMedia())
        bytes += media.bytes ? media.bytes->size() : 0;
    return bytes;
}

// Only images may be inside a row, whatever the format.
base::Status checkInRow(const Sample& sample)
{
    for (const Media& media : sample.allMedia()) {
        if (media.kind == Media::Kind::Video
            && (media.path.starts_with("data:")
                || (!media.frameFiles.empty() && media.frameFiles.front().starts_with("data:"))))
            return base::badInput("a video is inside the row; only images can be", sample.where(),
                "write it as a file, or its frames as a folder");
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

base::Result<const SampleFormat*> formatOf(const fs::path& path, const LoadOptions& options)
{
    const std::string& name = options.format;
    if (!options.columns.empty()) {
        if (name.empty() || name == kJsonlFormat.name)
            return findSampleFormat(kJsonlFormat.name);
        return base::badInput(fmt::format("the format '{}' reads its own columns", name), path.string(),
            "leave out the format, or the map of columns");
    }
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
    if (path.extension() == ".parquet")
        return findSampleFormat(kJsonlFormat.name);
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        return base::badInput("data file not found", path.string());
    return base::badInput("the file's name fits no data format", path.string(),
        "end it with .jsonl for our own rows, or name a format: " + formatNames());
}

base::Result<std::vector<Sample>> readSamplesOfRows(const fs::path& path,
    const std::function<base::Result<Sample>(const JsonRow& row, std::size_t number)>& sampleOf)
{
    const auto rows = openRows(path);
    if (!rows)
        return rows.error();
    std::vector<Sample> samples;
    for (;;) {
        const auto row = (*rows)->next();
        if (!row)
            return row.error();
        if (!*row)
            return samples;
        auto sample = sampleOf(**row, samples.size());
        if (!sample)
            return sample.error();
        samples.push_back(std::move(*sample));
    }
}

SampleStream::SampleStream(MappedRows rows, const SampleFormat& format, const LoadOptions& options)
    : m_rows(std::move(rows))
    , m_format(&format)
    , m_mediaRoot(options.mediaRoot)
    , m_source(options.source)
{
}

base::Result<SampleStream> SampleStream::open(const fs::path& path, const LoadOptions& options)
{
    const auto format = formatOf(path, options);
    if (!format)
        return format.error();
    auto rows = MappedRows::open(path, options.columns);
    if (!rows)
        return rows.error();
    SampleStream stream(*std::move(rows), **format, options);
    if (stream.m_mediaRoot.empty())
        stream.m_mediaRoot = path.parent_path();
    return stream;
}

base::Result<std::optional<Sample>> SampleStream::next()
{
    const auto row = m_rows.next();
    if (!row)
        return row.error();
    if (!*row)
        return std::optional<Sample>();
    auto sample = m_format->sampleOf(**row, m_rows.number(), m_mediaRoot);
    if (!sample)
        return sample.error();
    if (auto fits = checkInRow(*sample); !fits)
        return fits.error();
    const auto [first, isNew] = m_places.emplace(sample->id, sample->place);
    if (!isNew)
        return base::badInput(fmt::format("'{}' was already used at {}", sample->id, first->second),
            sample->place + ", field id", "ids must be unique within a file");
    if (sample->source.empty())
        sample->source = m_source;
    return std::optional(*std::move(sample));
}

base::Result<std::vector<Sample>> loadSamples(const fs::path& path, const LoadOptions& options)
{
    auto stream = SampleStream::open(path, options);
    if (!stream)
        return stream.error();
    std::vector<Sample> samples;
    std::size_t inRow = 0;
    for (;;) {
        auto sample = stream->next();
        if (!sample)
            return sample.error();
        if (!*sample)
            return samples;
        inRow += inRowSize(**sample);
        if (inRow > kMostInRowBytes)
            return base::badInput(
                fmt::format("the pictures inside the rows are more than {} GiB", kMostInRowBytes >> 30),
                (*sample)->place,
                "msrl-engine data convert FILE rows.jsonl --media FOLDER writes them as files");
        samples.push_back(std::move(**sample));
    }
}

} // namespace msrl::data
