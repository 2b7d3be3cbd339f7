// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/inputs.h"

#include "core/data/subset.h"

#include <fmt/format.h>

namespace msrl::stages {
namespace fs = std::filesystem;

fs::path policyFolder(const StageContext& context, const curriculum::PlanInput& input)
{
    const curriculum::PlanStep& step = *context.plan.step(input.step);
    if (step.nodeType == "model")
        return context.settings.projectFolder / step.params.at("path").get<std::string>();
    return context.inputFolder(input) / kPolicyFolder;
}

base::Result<model::Policy> loadInputPolicy(const StageContext& context, const char* port)
{
    return model::loadPolicy(
        policyFolder(context, *context.input(port)), c10::ScalarType::Float, context.settings.device);
}

namespace {

// Media paths of stored samples are absolute: the artefact does not lie beside them.
data::Sample withAbsoluteMedia(data::Sample sample)
{
    const auto fix = [](data::Media& media) {
        if (!media.inRow())
            media.path = fs::absolute(media.file).string();
        for (std::string& frame : media.frameFiles)
            frame = (fs::absolute(media.file) / frame).string();
    };
    for (data::Media& media : sample.media)
        fix(media);
    if (sample.mediaA)
        fix(*sample.mediaA);
    if (sample.mediaB)
        fix(*sample.mediaB);
    return sample;
}

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

base::Result<std::vector<data::Sample>> loadInputSamples(
    const StageContext& context, const curriculum::PlanInput& input)
{
    const curriculum::PlanStep& step = *context.plan.step(input.step);
    if (step.nodeType == "dataset")
        return loadDataset(step.params, context.settings.projectFolder);
    return readSamples(context.inputFolder(input) / kSamplesFile);
}

text::PromptMode promptModeOf(curriculum::PortType type)
{
    return type == curriculum::PortType::CaptionedPreferences ? text::PromptMode::Caption
                                                              : text::PromptMode::Visual;
}

base::Status writeSamples(const std::vector<data::Sample>& samples, const fs::path& file)
{
    std::string text;
    for (const data::Sample& sample : samples)
        text += data::sampleToJson(withAbsoluteMedia(sample)).dump() + "\n";
    return base::writeFileAtomically(file, text);
}

base::Result<std::vector<data::Sample>> readSamples(const fs::path& file)
{
    return data::loadSamples(file, data::LoadOptions { .mediaRoot = "/" });
}

} // namespace msrl::stages
