// SPDX-License-Identifier: GPL-3.0-or-later
// Rapidata's preference tables, as csv or JSON rows: prompt, file_name1 and file_name2 (or image1 and image2,
// video1 and video2), and for each of Preference, Coherence and Alignment that the table has
// weighted_results1_X and weighted_results2_X (or weighted_results_image1_x, …_image2_x). Better is the one
// with the larger sum; equal sums have no gold.
#include "core/data/media_paths.h"
#include "core/data/readers.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;
using base::Json;

std::string columnPlace(const JsonRow& row, const std::string& column)
{
    return fmt::format("{}, column {}", row.place, column);
}

base::Result<std::string> textCell(const JsonRow& row, const std::vector<std::string>& names)
{
    for (const std::string& name : names) {
        const auto cell = row.value.find(name);
        if (cell == row.value.end())
            continue;
        // A datasets image column: {"path": …, "bytes": …}.
        const Json& value = cell->is_object() && cell->contains("path") ? (*cell)["path"] : *cell;
        if (!value.is_string() || isBlankPath(value.get<std::string>()))
            return base::badInput("is empty or not a text", columnPlace(row, name));
        return value.get<std::string>();
    }
    return base::badInput(fmt::format("no column '{}'", names.front()), row.place);
}

base::Result<double> numberCell(const JsonRow& row, const std::string& name)
{
    const Json& cell = row.value.at(name);
    double value = std::nan("");
    if (cell.is_number()) {
        value = cell.get<double>();
    } else if (cell.is_string()) {
        const std::string text = cell.get<std::string>();
        char* end = nullptr;
        value = std::strtod(text.c_str(), &end);
        if (text.empty() || *end != '\0')
            value = std::nan("");
    }
    if (!std::isfinite(value))
        return base::badInput(fmt::format("is {}, expected a number", cell.dump()), columnPlace(row, name));
    return value;
}

struct ScoreColumns
{
    const char* first;
    const char* second;
};
constexpr std::array kScores { ScoreColumns {
                                   "weighted_results1_Preference", "weighted_results2_Preference" },
    ScoreColumns { "weighted_results1_Coherence", "weighted_results2_Coherence" },
    ScoreColumns { "weighted_results1_Alignment", "weighted_results2_Alignment" },
    ScoreColumns { "weighted_results_image1_preference", "weighted_results_image2_preference" },
    ScoreColumns { "weighted_results_image1_coherence", "weighted_results_image2_coherence" },
    ScoreColumns { "weighted_results_image1_alignment", "weighted_results_image2_alignment" } };

base::Result<std::optional<Side>> goldOf(const JsonRow& row)
{
    double sums[2] = { 0, 0 };
    int dimensions = 0;
    for (const ScoreColumns& columns : kScores) {
        const bool first = row.value.contains(columns.first);
        const bool second = row.value.contains(columns.second);
        if (first != second)
            return base::badInput(
                fmt::format("no column '{}'", first ? columns.second : columns.first), row.place);
        if (!first)
            continue;
        ++dimensions;
        for (const int side : { 0, 1 }) {
            const auto value = numberCell(row, side == 0 ? columns.first : columns.second);
            if (!value)
                return value.error();
            sums[side] += *value;
        }
    }
    if (dimensions == 0)
        return base::badInput(fmt::format("no column '{}'", kScores[0].first), row.place);
    if (sums[0] == sums[1])
        return std::optional<Side>();
    return std::optional(sums[0] > sums[1] ? Side::A : Side::B);
}

base::Result<Sample> rapidataSample(const JsonRow& row, std::size_t number, const fs::path& mediaRoot)
{
    Sample sample;
    sample.place = row.place;
    sample.id = fmt::format("rapidata-{}", number);
    sample.source = "rapidata";
    auto prompt = textCell(row, { "prompt" });
    if (!prompt)
        return prompt.error();
    sample.query = *std::move(prompt);
    const auto first = textCell(row, { "file_name1", "image1", "video1" });
    if (!first)
        return first.error();
    const auto second = textCell(row, { "file_name2", "image2", "video2" });
    if (!second)
        return second.error();
    const bool image = isImagePath(*first);
    if (image != isImagePath(*second))
        return base::badInput(fmt::format("'{}' and '{}' are not of one kind", *first, *second),
            columnPlace(row,
                row.value.contains("file_name2")   ? "file_name2"
                    : row.value.contains("image2") ? "image2"
                                                   : "video2"));
    sample.task = image ? TaskType::ImageGeneration : TaskType::VideoGeneration;
    sample.mediaA = (image ? imageAt : videoAt)(*first, mediaRoot);
    sample.mediaB = (image ? imageAt : videoAt)(*second, mediaRoot);
    const auto gold = goldOf(row);
    if (!gold)
        return gold.error();
    sample.gold = *gold;
    return sample;
}

} // namespace

const SampleFormat kRapidataFormat { "rapidata", "Rapidata table",
    "Preference tables of Rapidata, csv or JSON rows: prompt, two files, weighted results.",
    [](const fs::path& path) { return path.filename().string().starts_with("rapidata"); }, rapidataSample };

} // namespace msrl::data
