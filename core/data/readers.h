// SPDX-License-Identifier: GPL-3.0-or-later
// Data files to samples. A format is one file that defines a SampleFormat and one line in sampleFormats().
#pragma once

#include "core/data/lines.h"
#include "core/data/sample.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::data {

struct SampleFormat
{
    const char* name;
    const char* title;
    const char* summary;
    // Whether a file of this name is taken to be of this format when none is named.
    bool (*matches)(const std::filesystem::path& path);
    // Every row, in file order. Errors name file, row and field.
    base::Result<std::vector<Sample>> (*read)(
        const std::filesystem::path& path, const std::filesystem::path& mediaRoot);
};

const std::vector<SampleFormat>& sampleFormats();
const SampleFormat* findSampleFormat(std::string_view name);

// For formats of JSON rows: each row of the file as a sample; the first fault ends it. `number` counts from
// 0.
base::Result<std::vector<Sample>> readSamplesOfRows(const std::filesystem::path& path,
    const std::function<base::Result<Sample>(const JsonRow& row, std::size_t number)>& sampleOf);

struct LoadOptions
{
    std::string format; // name of a format; by the file's name when empty
    std::filesystem::path mediaRoot; // the file's folder when empty
    std::string source; // given to rows that have none
};

// Refuses a file that is missing, empty, of unknown format, or that holds an id twice.
base::Result<std::vector<Sample>> loadSamples(
    const std::filesystem::path& path, const LoadOptions& options = {});

// Our own rows: one JSON object per line, plain or gzipped (*.jsonl, *.jsonl.gz).
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
