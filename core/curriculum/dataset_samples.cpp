// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/dataset_samples.h"

#include "core/data/subset.h"

#include <fmt/format.h>

namespace msrl::curriculum {
namespace fs = std::filesystem;

namespace {

// Where the row does not say how many frames of a video file are shown, the dataset's fields do. Folders are
// shown whole.
void chooseFrames(data::Sample& sample, std::int64_t frames, data::FrameRule rule)
{
    const auto choose = [&](data::Media& media) {
        if (media.kind != data::Media::Kind::Video || media.frames > 0 || data::isFrameFolder(media))
            return;
        media.frames = frames;
        media.frameRule = rule;
    };
    for (data::Media& media : sample.media)
        choose(media);
    if (sample.mediaA)
        choose(*sample.mediaA);
    if (sample.mediaB)
        choose(*sample.mediaB);
}

base::Status checkContent(const std::vector<data::Sample>& samples, const std::string& content)
{
    for (const data::Sample& sample : samples) {
        if (content == "text-preferences" && sample.task != data::TaskType::Text)
            return base::badInput(fmt::format("task is {}, but the dataset's content is text-preferences",
                                      data::taskTypeName(sample.task)),
                sample.where() + ", field task");
        if (content == "visual-preferences" && sample.allMedia().empty())
            return base::badInput(
                "has no media, but the dataset's content is visual-preferences", sample.where());
    }
    return data::checkNeeds(samples, { .completion = content == "sft-samples", .media = true });
}

} // namespace

base::Result<data::LoadOptions> loadOptionsOf(const base::Json& params, const fs::path& projectFolder)
{
    const std::string format = params.at("format").get<std::string>();
    const std::string mediaRoot = params.at("media_root").get<std::string>();
    data::LoadOptions options;
    if (format != "auto")
        options.format = format;
    options.mediaRoot = mediaRoot.empty()
        ? (projectFolder / params.at("path").get<std::string>()).parent_path()
        : projectFolder / mediaRoot;
    auto columns = data::ColumnMap::parseText(params.at("columns").get<std::string>(), "field columns");
    if (!columns)
        return columns.error();
    options.columns = *std::move(columns);
    return options;
}

base::Result<std::vector<data::Sample>> loadDataset(const base::Json& params, const fs::path& projectFolder)
{
    const fs::path file = projectFolder / params.at("path").get<std::string>();
    const auto seed = params.at("subset_seed").get<std::uint64_t>();
    const std::string swap = params.at("swap").get<std::string>();
    const base::Result<data::LoadOptions> options = loadOptionsOf(params, projectFolder);
    if (!options)
        return options.error();
    base::Result<std::vector<data::Sample>> samples = data::loadSamples(file, *options);
    if (!samples)
        return samples;
    const std::string content = params.at("content").get<std::string>();
    if (base::Status meets = checkContent(*samples, content); !meets)
        return meets.error();
    const auto frames = params.at("video_frames").get<std::int64_t>();
    const auto rule = data::frameRuleFromName(params.at("frame_rule").get<std::string>());
    for (data::Sample& sample : *samples)
        chooseFrames(sample, frames, rule.value_or(data::FrameRule::Original));
    data::SubsetOptions subset;
    subset.limit = params.at("limit").get<std::size_t>();
    if (seed > 0)
        subset.shuffleSeed = seed;
    const data::SwapMode mode = swap == "both" ? data::SwapMode::Both
        : swap == "random"                     ? data::SwapMode::Random
                                               : data::SwapMode::None;
    return data::withSwaps(data::selectSubset(*std::move(samples), subset), mode, seed);
}

} // namespace msrl::curriculum
