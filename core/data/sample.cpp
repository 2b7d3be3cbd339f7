// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;

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

bool isFrameFile(const fs::path& path)
{
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return extension == ".png" || extension == ".jpg" || extension == ".jpeg" || extension == ".webp";
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

std::string Media::key() const
{
    std::string text = frameFiles.empty() ? path : std::string();
    for (const std::string& frame : frameFiles)
        text += frame + '\x1e';
    return text;
}

Media mediaOfFrames(std::vector<std::string> frames, const fs::path& mediaRoot)
{
    Media media { Media::Kind::Video, frames.front(), mediaRoot };
    media.frameFiles = std::move(frames);
    return media;
}

base::Result<std::vector<fs::path>> mediaFiles(const Media& media)
{
    std::error_code error;
    std::vector<fs::path> listed;
    for (const std::string& frame : media.frameFiles) {
        listed.push_back(media.file / fs::u8path(frame));
        if (!fs::is_regular_file(listed.back(), error))
            return base::badInput(
                "frame file not found", listed.back().string(), "check the data set's media root");
    }
    if (!listed.empty())
        return listed;
    if (media.kind == Media::Kind::Image) {
        if (fs::is_regular_file(media.file, error))
            return std::vector<fs::path> { media.file };
        return base::badInput("image file not found", media.file.string(), "check the data set's media root");
    }
    std::vector<fs::path> frames;
    fs::directory_iterator folder(media.file, error);
    if (error)
        return base::badInput(
            "folder of frames not found", media.file.string(), "check the data set's media root");
    for (const fs::directory_entry& entry : folder) {
        if (entry.is_regular_file(error) && isFrameFile(entry.path()))
            frames.push_back(entry.path());
    }
    if (frames.empty())
        return base::badInput("folder of frames holds no PNG, JPEG or WebP file", media.file.string());
    std::sort(frames.begin(), frames.end());
    return frames;
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
