// SPDX-License-Identifier: GPL-3.0-or-later
// One judging sample: what is asked, the two candidates, the media, and which candidate is better if that is
// known.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/data/media.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::data {

enum class TaskType { Text, ImageUnderstanding, ImageGeneration, VideoUnderstanding, VideoGeneration };
// As written in files and in reports: "text", "image_understanding", …
const char* taskTypeName(TaskType task);
std::optional<TaskType> taskTypeFromName(std::string_view name);
// As a judge writes it in <type>: "image understanding"; "text" for text.
std::string taskTypeLabel(TaskType task);
// The candidates are media (media_a, media_b), not text.
bool isGeneration(TaskType task);
bool isVideo(TaskType task);

// Which of two candidates, by the place in which it is shown.
enum class Side { A, B };
const char* sideName(Side side); // "A" or "B"
std::optional<Side> sideFromName(std::string_view name);
Side otherSide(Side side);

struct Sample
{
    std::string id;
    TaskType task = TaskType::Text;
    std::string context; // text task: the passage; may be empty
    std::string query; // question or request
    std::vector<Media> media;
    std::string responseA; // understanding and text
    std::string responseB;
    std::optional<Media> mediaA; // generation
    std::optional<Media> mediaB;
    std::optional<std::string> caption; // of `media`
    std::optional<std::string> captionA; // of mediaA
    std::optional<std::string> captionB;
    std::optional<Side> gold;
    std::string source;
    double weight = 1;
    std::string completion; // SFT rows: the target text; empty otherwise
    std::string place; // "train.jsonl:12", for messages; not part of the row

    // "train.jsonl:12, sample 7": what an error about this sample begins with.
    std::string where() const;
    // In the order in which a prompt shows them: media, mediaA, mediaB.
    std::vector<Media> allMedia() const;
};

// Reads one row of our own format. Unknown fields, a gold other than A or B, and fields that do not fit the
// task are refused with `place` and the field's name. Media paths are joined to `mediaRoot` and not opened.
base::Result<Sample> sampleFromJson(
    const base::Json& row, const std::string& place, const std::filesystem::path& mediaRoot);
base::Json sampleToJson(const Sample& sample);

// The same sample with A and B exchanged everywhere, the gold included. The id stays.
// REQUIRES: sample.completion is empty (a written judgement names A and B).
Sample swapped(Sample sample);

// Checks that every medium of the sample exists; the error names the row and the file.
base::Status checkMedia(const Sample& sample);

} // namespace msrl::data
