// SPDX-License-Identifier: GPL-3.0-or-later
// The table of VideoGen-RewardBench: path_A, path_B, prompt and Overall (A, B or same) among its columns. A
// pair that people call the same has no gold. Videos lie under the media root as the table names them, or as
// folders of frames named as the table's file without its ending.
#include "core/data/csv.h"
#include "core/data/media_paths.h"
#include "core/data/readers.h"

#include <fmt/format.h>

#include <array>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;

base::Result<std::vector<Sample>> read(const fs::path& path, const fs::path& mediaRoot)
{
    const auto table = readCsv(path);
    if (!table)
        return table.error();
    constexpr std::array names { "path_A", "path_B", "prompt", "Overall" };
    std::array<std::size_t, names.size()> columns {};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto column = table->column(names[i]);
        if (!column)
            return base::badInput(fmt::format("no column '{}'", names[i]), path.string());
        columns[i] = *column;
    }
    std::vector<Sample> samples;
    for (std::size_t row = 0; row < table->rows.size(); ++row) {
        const auto cell = [&](std::size_t i) { return table->rows[row][columns[i]]; };
        Sample sample;
        sample.place = table->place(row);
        sample.id = fmt::format("videogen-{}", row);
        sample.source = "videogen_rewardbench";
        sample.task = TaskType::VideoGeneration;
        sample.query = cell(2);
        for (const std::size_t i : { 0, 1, 2 }) {
            if (cell(i).empty())
                return base::badInput("is empty", fmt::format("{}, column {}", sample.place, names[i]));
        }
        sample.mediaA = videoAt(cell(0), mediaRoot);
        sample.mediaB = videoAt(cell(1), mediaRoot);
        sample.gold = sideFromName(cell(3));
        if (!sample.gold && cell(3) != "same")
            return base::badInput(fmt::format("is '{}', expected A, B or same", cell(3)),
                fmt::format("{}, column Overall", sample.place));
        samples.push_back(std::move(sample));
    }
    return samples;
}

} // namespace

const SampleFormat kVideogenCsvFormat { "videogen-csv", "VideoGen-RewardBench table",
    "The csv of VideoGen-RewardBench; videos as files or folders of frames.",
    [](const fs::path& path) { return path.filename() == "videogen-rewardbench.csv"; }, read };

} // namespace msrl::data
