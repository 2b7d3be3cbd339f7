// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine preprocess: what a model's vision tower is given for one image or video.
#include "core/data/media_paths.h"
#include "engine/cli/checks.h"
#include "engine/cli/command.h"
#include "engine/cli/output_file.h"
#include "engine/cli/preprocess.h"
#include "engine/model/loading.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <map>
#include <memory>
#include <optional>

namespace msrl::cli {
namespace {

constexpr std::int64_t kMostTiles = 1024;
constexpr std::int64_t kMostSampleTiles = 2048; // 5 GB of pixel values at 448 pixels a side

// An architecture is one line here and one file.
const std::map<std::string, PreprocessFunction> kArchitectures {
    { "internvl", preprocessInternVl },
    { "llava_onevision", preprocessLlavaOneVision },
};

const std::map<std::string, vision::Resize> kResizes {
    { "pil", vision::Resize::Pil },
    { "torchvision", vision::Resize::Torchvision },
};

const std::map<std::string, vision::Alpha> kAlphas {
    { "drop", vision::Alpha::Drop },
    { "white", vision::Alpha::White },
};

template <class T> std::vector<std::string> namesOf(const std::map<std::string, T>& table)
{
    std::vector<std::string> out;
    for (const auto& [name, value] : table)
        out.push_back(name);
    return out;
}

struct PreprocessOptions
{
    std::string model;
    std::string image;
    std::string video;
    std::int64_t frames = data::kDefaultFrames;
    std::optional<double> perSecond;
    std::vector<double> seconds; // from, to
    std::string frameRule = "original";
    std::optional<std::int64_t> maxTiles;
    std::int64_t maxSampleTiles = kMostSampleTiles;
    std::string resize = "pil";
    std::string alpha = "drop";
    std::string out;
    bool json = false;
};

PreprocessRequest requestOf(const PreprocessOptions& options)
{
    PreprocessRequest request;
    request.model = options.model;
    request.maxTiles = options.maxTiles;
    request.maxSampleTiles = options.maxSampleTiles;
    request.resize = kResizes.at(options.resize);
    request.alpha = kAlphas.at(options.alpha);
    const bool video = !options.video.empty();
    request.media = data::imageAt(options.image, {});
    if (video) {
        request.media.kind = data::Media::Kind::Video;
        request.media.path = options.video;
        request.media.file = options.video;
    }
    request.media.frames = options.frames;
    request.media.frameRule = *data::frameRuleFromName(options.frameRule);
    request.frames = vision::requestFor(request.media);
    request.frames.perSecond = options.perSecond;
    if (!options.seconds.empty())
        request.frames.seconds = std::pair(options.seconds[0], options.seconds[1]);
    return request;
}

base::Status preprocess(const PreprocessOptions& options)
{
    if (options.image.empty() == options.video.empty())
        return base::badInput("give either --image or --video", "preprocess");
    const auto config = model::readConfig(options.model, model::ImageToken::MayBeUnknown);
    if (!config)
        return config.error();
    const auto architecture = kArchitectures.find(config->architecture);
    if (architecture == kArchitectures.end())
        return base::badInput("images of the architecture " + config->architecture + " cannot be prepared",
            options.model, fmt::format("known: {}", fmt::join(namesOf(kArchitectures), ", ")));
    if (const base::Status fault = checkTensorsFile(options.out); !fault)
        return fault;
    auto done = architecture->second(requestOf(options), *config);
    if (!done)
        return done.error();
    if (!options.out.empty()) {
        if (const base::Status fault = model::writeSafetensors(options.out, done->tensors); !fault)
            return fault;
    }
    done->said["resize"] = options.resize;
    done->said["out"] = options.out.empty() ? base::Json() : base::Json(options.out);
    print(options.json ? done->said.dump(-1, ' ', true) + "\n" : done->text + "\n");
    return {};
}

void addFrameOptions(CLI::App& command, PreprocessOptions& options)
{
    CLI::Option* video = command.add_option("--video", options.video,
        "A video file (MP4, MKV, WebM, AVI and others), or a folder of frames; in place of --image.");
    CLI::Option* frames
        = command.add_option("--frames", options.frames, "Frames of the video that are shown.")
              ->check(wholeBetween(1, data::kMostFrames))
              ->capture_default_str()
              ->needs(video);
    command
        .add_option("--frame-rule", options.frameRule,
            "How they are chosen: original (middles of equal segments, as InternVL's code) or hf (as its "
            "processor in transformers).")
        ->check(CLI::IsMember({ "original", "hf" }))
        ->capture_default_str()
        ->needs(video);
    command.add_option("--seconds", options.seconds, "Rule original: only the part from FROM to TO seconds.")
        ->expected(2)
        ->type_name("FROM TO")
        ->needs(video);
    command.add_option("--fps", options.perSecond, "Rule hf: frames per second in place of --frames.")
        ->check(aboveZero())
        ->needs(video)
        ->excludes(frames);
}

} // namespace

base::Status checkTiles(const PreprocessRequest& request, std::int64_t tiles)
{
    if (request.maxSampleTiles == 0 || tiles <= request.maxSampleTiles)
        return {};
    return base::badInput(fmt::format("makes {} tiles, the limit is {}", tiles, request.maxSampleTiles),
        request.media.name(), "raise --max-sample-tiles, or lower --max-tiles or --frames");
}

base::Json describeFrames(const PreprocessRequest& request, const vision::VideoFrames& video)
{
    return { { "video", request.media.name() }, { "width", video.images.front().width },
        { "height", video.images.front().height }, { "total_frames", video.totalFrames },
        { "fps", video.fps > 0 ? base::Json(video.fps) : base::Json() },
        { "frame_rule", data::frameRuleName(request.frames.rule) }, { "frames", video.indices } };
}

void addPreprocessCommand(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("preprocess",
        "Cut an image or a video's frames into a model's tiles: the grid, tiles, tokens and pixel values.");
    const auto options = std::make_shared<PreprocessOptions>();
    command
        ->add_option("--model", options->model,
            "A model folder (InternVL or LLaVA-OneVision); config.json and, where there is one, "
            "preprocessor_config.json are read.")
        ->required();
    CLI::Option* image = command->add_option(
        "--image", options->image, "PNG, JPEG or WebP, or its bytes as data:image/png;base64,…");
    command
        ->add_option("--alpha", options->alpha,
            "Transparency of the image: drop (the colours as stored, as InternVL's code and transformers 4) "
            "or "
            "white (shown before white, as transformers 5).")
        ->check(CLI::IsMember(namesOf(kAlphas)))
        ->capture_default_str()
        ->needs(image);
    addFrameOptions(*command, *options);
    command
        ->add_option("--max-tiles", options->maxTiles,
            "Most tiles of an image, thumbnail not counted; the model's own when absent, 1 for a frame.")
        ->check(wholeBetween(1, kMostTiles));
    command
        ->add_option("--max-sample-tiles", options->maxSampleTiles,
            "More tiles in all, thumbnails included, are refused; 0: no limit.")
        ->check(wholeBetween(0, 1 << 20))
        ->capture_default_str();
    command
        ->add_option("--resize", options->resize,
            "Whose bicubic resize, bit for bit: pil (Pillow's, as InternVL's code) or torchvision (as the "
            "processors of transformers).")
        ->check(CLI::IsMember(namesOf(kResizes)))
        ->capture_default_str();
    command->add_option("--out", options->out,
        "A safetensors file: pixel_values [tiles,3,S,S], float32; of LLaVA-OneVision also image_sizes, or "
        "pixel_values_videos.");
    command->add_flag("--json", options->json, "As JSON.");
    command->callback([&action, options] { action = [options] { return preprocess(*options); }; });
}

} // namespace msrl::cli
