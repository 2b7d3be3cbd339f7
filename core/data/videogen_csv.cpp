// SPDX-License-Identifier: GPL-3.0-or-later
// The table of VideoGen-RewardBench: path_A, path_B, prompt and Overall (A, B or same) among its columns. A
// pair that people call the same has no gold. Videos lie under the media root as the table names them, or as
// folders of frames named as the table's file without its ending.
#include "core/data/media_paths.h"
#include "core/data/readers.h"

#include <fmt/format.h>

#include <array>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;

base::Result<Sample> videoGenSample(const JsonRow& row, std::size_t number, const fs::path& mediaRoot)
{
    constexpr std::array names { "path_A", "path_B", "prompt", "Overall" };
    std::array<std::string, names.size()> cells;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto cell = row.value.find(names[i]);
        if (cell == row.value.end())
            return base::badInput(fmt::format("no column '{}'", names[i]), row.place);
        if (!cell->is_string() || isBlankPath(cell->get_ref<const std::string&>()))
            return base::badInput(
                "is empty or not a text", fmt::format("{}, column {}", row.place, names[i]));
        cells[i] = cell->get<std::string>();
    }
    Sample sample;
    sample.place = row.place;
    sample.id = fmt::format("videogen-{}", number);
    sample.source = "videogen_rewardbench";
    sample.task = TaskType::VideoGeneration;
    sample.query = cells[2];
    sample.mediaA = videoAt(cells[0], mediaRoot);
    sample.mediaB = videoAt(cells[1], mediaRoot);
    sample.gold = sideFromName(cells[3]);
    if (!sample.gold && cells[3] != "same")
        return base::badInput(fmt::format("is '{}', expected A, B or same", cells[3]),
            fmt::format("{}, column Overall", row.place));
    return sample;
}

} // namespace

const SampleFormat kVideogenCsvFormat { "videogen-csv", "VideoGen-RewardBench table",
    "The csv of VideoGen-RewardBench; videos as files or folders of frames.",
    [](const fs::path& path) { return path.filename() == "videogen-rewardbench.csv"; }, videoGenSample };

} // namespace msrl::data
