// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/chat.h"
#include "engine/cli/preprocess.h"

#include <ATen/ops/cat.h>

#include <fmt/format.h>

namespace msrl::cli {
namespace {

base::Result<vision::PreprocessSettings> settingsFor(
    const PreprocessRequest& request, const model::ModelConfig& config, bool video)
{
    auto settings = vision::readPreprocessSettings(request.model, { .tileSize = config.vision.imageSize });
    if (!settings)
        return settings;
    settings->resize = request.resize;
    if (video) {
        settings->minTiles = 1;
        settings->maxTiles = 1; // a frame is one tile where nothing else is asked for
    }
    if (!request.maxTiles)
        return settings;
    settings->maxTiles = *request.maxTiles;
    return vision::withMostTiles(*settings, *request.maxTiles, "--max-tiles");
}

// The part that images and videos share. `grid` is that of the image, or of each frame.
Preprocessed describe(const vision::PreprocessSettings& settings, const model::ModelConfig& config,
    const vision::Grid& grid, const at::Tensor& pixels)
{
    const std::int64_t tokens = pixels.size(0) * config.tokensPerTile();
    Preprocessed out;
    out.tensors = { { "pixel_values", pixels } };
    out.said
        = { { "grid", { { "cols", grid.cols }, { "rows", grid.rows } } }, { "tile_size", settings.tileSize },
              { "tiles", pixels.size(0) }, { "thumbnail", settings.thumbnail && grid.tiles() > 1 },
              { "tokens_per_tile", config.tokensPerTile() }, { "tokens", tokens } };
    out.text = fmt::format("grid {} x {} (columns x rows), {} tiles of {} x {}{}, {} tokens", grid.cols,
        grid.rows, pixels.size(0), settings.tileSize, settings.tileSize,
        out.said["thumbnail"].get<bool>() ? " with the thumbnail" : "", tokens);
    return out;
}

base::Result<Preprocessed> ofImage(const PreprocessRequest& request, const model::ModelConfig& config)
{
    const auto settings = settingsFor(request, config, false);
    if (!settings)
        return settings.error();
    const auto image = vision::readImage(request.media, request.alpha);
    if (!image)
        return image.error();
    if (const base::Status fits
        = checkTiles(request, vision::numTiles(image->width, image->height, *settings));
        !fits)
        return fits.error();
    Preprocessed out = describe(*settings, config, vision::gridFor(image->width, image->height, *settings),
        vision::tilesOf(*image, *settings));
    base::Json said
        = { { "image", request.media.name() }, { "width", image->width }, { "height", image->height } };
    said.update(out.said);
    out.said = std::move(said);
    out.text = fmt::format("{} x {} pixels, {}", image->width, image->height, out.text);
    return out;
}

base::Result<Preprocessed> ofVideo(const PreprocessRequest& request, const model::ModelConfig& config)
{
    const auto settings = settingsFor(request, config, true);
    if (!settings)
        return settings.error();
    const auto video = vision::readFrames(request.media, request.frames);
    if (!video)
        return video.error();
    std::int64_t all = 0;
    base::Json perFrame = base::Json::array();
    for (const vision::Image& frame : video->images) {
        perFrame.push_back(vision::numTiles(frame.width, frame.height, *settings));
        all += perFrame.back().get<std::int64_t>();
    }
    if (const base::Status fits = checkTiles(request, all); !fits)
        return fits.error();
    std::vector<at::Tensor> tiles;
    for (const vision::Image& frame : video->images)
        tiles.push_back(vision::tilesOf(frame, *settings));
    const vision::Image& first = video->images.front();
    Preprocessed out
        = describe(*settings, config, vision::gridFor(first.width, first.height, *settings), at::cat(tiles));
    base::Json said = describeFrames(request, *video);
    said.update(out.said);
    said["tiles_per_frame"] = perFrame;
    // The original code ends every line, the processor of transformers joins them.
    const bool original = request.frames.rule == data::FrameRule::Original;
    said["prompt"] = text::videoPlaceholders(video->images.size(), "\n") + (original ? "\n" : "");
    out.said = std::move(said);
    out.text = fmt::format("{} of {} frames of {} x {} pixels, each: {}", video->images.size(),
        video->totalFrames, first.width, first.height, out.text);
    return out;
}

} // namespace

base::Result<Preprocessed> preprocessInternVl(
    const PreprocessRequest& request, const model::ModelConfig& config)
{
    return request.media.kind == data::Media::Kind::Video ? ofVideo(request, config)
                                                          : ofImage(request, config);
}

} // namespace msrl::cli
