// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample.h"

#include <array>
#include <cassert>

namespace msrl::data {

namespace {

struct TaskNames
{
    TaskType task;
    const char* name;
    const char* label;
};
constexpr std::array<TaskNames, 5> kTasks { {
    { TaskType::Text, "text", "text" },
    { TaskType::ImageUnderstanding, "image_understanding", "image understanding" },
    { TaskType::ImageGeneration, "image_generation", "image generation" },
    { TaskType::VideoUnderstanding, "video_understanding", "video understanding" },
    { TaskType::VideoGeneration, "video_generation", "video generation" },
} };

const TaskNames& namesOf(TaskType task)
{
    return kTasks[static_cast<std::size_t>(task)];
}

} // namespace

const char* taskTypeName(TaskType task)
{
    return namesOf(task).name;
}

std::optional<TaskType> taskTypeFromName(std::string_view name)
{
    for (const TaskNames& names : kTasks) {
        if (name == names.name)
            return names.task;
    }
    return std::nullopt;
}

std::string taskTypeLabel(TaskType task)
{
    return namesOf(task).label;
}

bool isGeneration(TaskType task)
{
    return task == TaskType::ImageGeneration || task == TaskType::VideoGeneration;
}

bool isVideo(TaskType task)
{
    return task == TaskType::VideoUnderstanding || task == TaskType::VideoGeneration;
}

const char* sideName(Side side)
{
    return side == Side::A ? "A" : "B";
}

std::optional<Side> sideFromName(std::string_view name)
{
    if (name == "A")
        return Side::A;
    if (name == "B")
        return Side::B;
    return std::nullopt;
}

Side otherSide(Side side)
{
    return side == Side::A ? Side::B : Side::A;
}

std::string Sample::where() const
{
    return place.empty() ? "sample " + id : place + ", sample " + id;
}

std::vector<Media> Sample::allMedia() const
{
    std::vector<Media> all = media;
    if (mediaA)
        all.push_back(*mediaA);
    if (mediaB)
        all.push_back(*mediaB);
    return all;
}

Sample swapped(Sample sample)
{
    assert(sample.completion.empty());
    std::swap(sample.responseA, sample.responseB);
    std::swap(sample.mediaA, sample.mediaB);
    std::swap(sample.captionA, sample.captionB);
    if (sample.gold)
        sample.gold = otherSide(*sample.gold);
    return sample;
}

base::Status checkMedia(const Sample& sample)
{
    for (const Media& media : sample.allMedia()) {
        if (auto files = mediaFiles(media); !files)
            return base::within(files.error(), sample.where());
    }
    return {};
}

} // namespace msrl::data
