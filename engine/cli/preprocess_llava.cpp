// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/preprocess.h"
#include "engine/model/llava_onevision.h"

#include <ATen/ops/empty.h>

#include <fmt/format.h>

namespace msrl::cli {
namespace {

// SigLIP's: what the published folders say.
constexpr std::array<float, 3> kHalf { 0.5F, 0.5F, 0.5F };

base::Result<vision::PreprocessSettings> settingsFor(
    const PreprocessRequest& request, const model::ModelConfig& config)
{
    if (request.maxTiles)
        return base::badInput("the grids of LLaVA-OneVision are those of image_grid_pinpoints", "--max-tiles",
            "leave the option out");
    auto settings = vision::readPreprocessSettings(
        request.model, { .tileSize = config.vision.imageSize, .mean = kHalf, .deviation = kHalf });
    if (settings)
        settings->resize = request.resize;
    return settings;
}

base::Result<Preprocessed> ofImage(const PreprocessRequest& request, const model::ModelConfig& config,
    const vision::PreprocessSettings& settings)
{
    const auto image = vision::readImage(request.media, request.alpha);
    if (!image)
        return image.error();
    const std::int64_t side = settings.tileSize;
    const model::AnyResolutionPlan plan = model::planAnyResolution(
        { image->height, image->width }, config.anyResolution, side, config.vision.patchesPerSide());
    if (const base::Status fits = checkTiles(request, plan.tiles); !fits)
        return fits.error();
    const vision::Grid grid { plan.pinpoint.second / side, plan.pinpoint.first / side };
    const at::Tensor pixels
        = vision::normalise(vision::cutPadded(*image, grid, settings.cut()), settings).unsqueeze(0);
    at::Tensor sizes = at::empty({ 1, 2 }, at::kLong);
    sizes.mutable_data_ptr<std::int64_t>()[0] = image->height;
    sizes.mutable_data_ptr<std::int64_t>()[1] = image->width;
    Preprocessed out;
    out.tensors = { { "pixel_values", pixels }, { "image_sizes", sizes } };
    out.said = { { "image", request.media.name() }, { "width", image->width }, { "height", image->height },
        { "pinpoint", { { "width", plan.pinpoint.second }, { "height", plan.pinpoint.first } } },
        { "grid", { { "cols", grid.cols }, { "rows", grid.rows } } }, { "tile_size", side },
        { "tiles", plan.tiles },
        { "features", { { "rows", plan.features.first }, { "cols", plan.features.second } } },
        { "tokens", plan.tokens } };
    out.text
        = fmt::format("{} x {} pixels, grid {} x {} (columns x rows), {} tiles of {} x {} with the whole "
                      "image, {} tokens",
            image->width, image->height, grid.cols, grid.rows, plan.tiles, side, side, plan.tokens);
    return out;
}

base::Result<Preprocessed> ofVideo(const PreprocessRequest& request, const model::ModelConfig& config,
    const vision::PreprocessSettings& settings)
{
    const auto video = vision::readFrames(request.media, request.frames);
    if (!video)
        return video.error();
    const auto frames = static_cast<std::int64_t>(video->images.size());
    if (const base::Status fits = checkTiles(request, frames); !fits)
        return fits.error();
    const std::int64_t tokens = model::videoTokens(frames, config.vision.patchesPerSide());
    const std::int64_t side = settings.tileSize;
    Preprocessed out;
    out.tensors = { { "pixel_values_videos", vision::tilesOfFrames(video->images, settings).unsqueeze(0) } };
    out.said = describeFrames(request, *video);
    out.said.update({ { "tile_size", side }, { "tiles", frames }, { "tokens", tokens } });
    out.text = fmt::format("{} of {} frames, one tile of {} x {} each, {} tokens", frames, video->totalFrames,
        side, side, tokens);
    return out;
}

} // namespace

base::Result<Preprocessed> preprocessLlavaOneVision(
    const PreprocessRequest& request, const model::ModelConfig& config)
{
    const auto settings = settingsFor(request, config);
    if (!settings)
        return settings.error();
    return request.media.kind == data::Media::Kind::Video ? ofVideo(request, config, *settings)
                                                          : ofImage(request, config, *settings);
}

} // namespace msrl::cli
