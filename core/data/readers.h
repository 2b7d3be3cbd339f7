// SPDX-License-Identifier: GPL-3.0-or-later
// Data files to samples. A format is one file that defines a SampleFormat and one line in sampleFormats().
#pragma once

#include "core/data/column_map.h"
#include "core/data/mapped_rows.h"
#include "core/data/rows.h"
#include "core/data/sample.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace msrl::data {

struct SampleFormat
{
    const char* name;
    const char* title;
    const char* summary;
    // Whether a file of this name is taken to be of this format when none is named.
    bool (*matches)(const std::filesystem::path& path);
    // One row of a file, whose rows are counted from 0. Errors name file, row and field.
    base::Result<Sample> (*sampleOf)(
        const JsonRow& row, std::size_t number, const std::filesystem::path& mediaRoot);
};

const std::vector<SampleFormat>& sampleFormats();
const SampleFormat* findSampleFormat(std::string_view name);

// Each row of the file as a sample; the first fault ends it. `number` counts from 0.
base::Result<std::vector<Sample>> readSamplesOfRows(const std::filesystem::path& path,
    const std::function<base::Result<Sample>(const JsonRow& row, std::size_t number)>& sampleOf);

struct LoadOptions
{
    std::string format; // name of a format; by the file's name when empty
    std::filesystem::path mediaRoot; // the file's folder when empty
    std::string source; // given to rows that have none
    ColumnMap columns; // not empty: any file, whose named columns make rows of our own
};

// The format that the options name, or that a file of this name has.
base::Result<const SampleFormat*> formatOf(const std::filesystem::path& path, const LoadOptions& options);

// Samples one by one, for files whose pictures do not fit into memory together.
class SampleStream
{
public:
    // Refuses a file that is missing, of unknown format, or that lacks a column of the map.
    static base::Result<SampleStream> open(
        const std::filesystem::path& path, const LoadOptions& options = {});

    // Nothing at the end. Refuses an id that was there before, and a file without samples.
    base::Result<std::optional<Sample>> next();

private:
    SampleStream(MappedRows rows, const SampleFormat& format, const LoadOptions& options);

    MappedRows m_rows;
    const SampleFormat* m_format;
    std::filesystem::path m_mediaRoot;
    std::string m_source;
    std::unordered_map<std::string, std::string> m_places; // by id
};

// All of them. Also refuses a file with more than kMostInRowBytes of pictures inside its rows.
base::Result<std::vector<Sample>> loadSamples(
    const std::filesystem::path& path, const LoadOptions& options = {});
inline constexpr std::size_t kMostInRowBytes = std::size_t { 8 } << 30;

// Our own rows: one JSON object per line, plain or gzipped (*.jsonl, *.jsonl.gz); also *.parquet.
extern const SampleFormat kJsonlFormat;
extern const SampleFormat kHelpSteer3Format; // rows of nvidia/HelpSteer3
extern const SampleFormat kVideogenCsvFormat; // the table of VideoGen-RewardBench
extern const SampleFormat kGramFormat; // GRAM-RR-TrainingData
extern const SampleFormat kSwiftFormat; // ms-swift: messages, images, videos
extern const SampleFormat kLlavaCriticFormat; // lmms-lab/llava-critic-113k, pairwise
extern const SampleFormat kUnifiedRewardFormat; // UnifiedReward and UnifiedReward-Think
extern const SampleFormat kRapidataFormat; // Rapidata's preference tables
extern const SampleFormat kShareGptVideoFormat; // ShareGPTVideo: prompt, chosen, rejected

} // namespace msrl::data
