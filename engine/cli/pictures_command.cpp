// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine pictures: what a model is shown of images and videos, as PNG files for the eyes of people.
#include "core/base/files.h"
#include "core/data/image_bytes.h"
#include "core/data/media_paths.h"
#include "engine/cli/command.h"
#include "engine/stages/pictures.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

struct PicturesOptions
{
    std::vector<std::string> files;
    fs::path folder;
    std::int64_t frames = data::kDefaultFrames;
    std::string frameRule = "original";
    bool json = false;
};

// An image as bytes, so that one of any format becomes a PNG.
base::Result<data::Media> imageOf(const std::string& file)
{
    const auto bytes = base::readFile(file);
    if (!bytes)
        return bytes.error();
    auto uri = data::imageDataUri(*bytes);
    if (!uri)
        return base::badInput("is not a PNG, JPEG or WebP image", file);
    return data::imageInRow(*std::move(uri));
}

base::Result<std::vector<std::string>> picturesOf(const std::string& file, const PicturesOptions& options)
{
    data::Media medium;
    if (data::isImagePath(file)) {
        auto image = imageOf(file);
        if (!image)
            return image.error();
        medium = *std::move(image);
    } else {
        medium.kind = data::Media::Kind::Video;
        medium.path = file;
        medium.file = file;
        medium.frames = options.frames;
        medium.frameRule = *data::frameRuleFromName(options.frameRule);
    }
    const auto pictures = stages::pictureFiles(medium, options.folder);
    if (!pictures)
        return pictures.error();
    std::vector<std::string> names;
    for (const fs::path& picture : *pictures)
        names.push_back(fs::absolute(picture).string());
    return names;
}

// One that cannot be read keeps nobody from the others.
base::Status writePictures(const PicturesOptions& options)
{
    base::Json all = base::Json::array();
    std::string text;
    for (const std::string& file : options.files) {
        const auto pictures = picturesOf(file, options);
        if (pictures) {
            all.push_back({ { "file", file }, { "pictures", *pictures } });
            text += fmt::format("{}:\n  {}\n", file, fmt::join(*pictures, "\n  "));
        } else {
            all.push_back({ { "file", file }, { "problem", pictures.error().message() } });
            text += fmt::format("{}: {}\n", file, pictures.error().message());
        }
    }
    print(options.json
            ? base::Json { { "media", all } }.dump(1, ' ', false, base::Json::error_handler_t::replace) + "\n"
            : text);
    return {};
}

} // namespace

void addPicturesCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("pictures",
        "Write what a model is shown of images and videos as PNG files: an image whole, of a video the "
        "frames "
        "that are chosen.");
    const auto options = std::make_shared<PicturesOptions>();
    command->add_option("FILE", options->files, "Images, video files, folders of frames.")->required();
    command
        ->add_option("--folder", options->folder,
            "Where the pictures are written, named by their content; frames that are files already stay "
            "where "
            "they are.")
        ->required();
    command->add_option("--frames", options->frames, "Frames of each video.")
        ->check(CLI::Range(std::int64_t { 1 }, data::kMostFrames))
        ->capture_default_str();
    command->add_option("--frame-rule", options->frameRule, "How they are chosen: original or hf.")
        ->check(CLI::IsMember({ "original", "hf" }))
        ->capture_default_str();
    command->add_flag("--json", options->json, "As JSON.");
    command->callback([&action, options] { action = [options] { return writePictures(*options); }; });
}

} // namespace msrl::cli
